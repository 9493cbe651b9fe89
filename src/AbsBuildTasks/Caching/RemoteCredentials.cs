using System.Net.Http.Headers;
using System.Text;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Caching;

/// <summary>What a remote cache is told about who asks. Only the environment holds it, and nothing prints it.</summary>
internal static class RemoteCredentials
{
    private const string User = "ABS_REMOTE_CACHE_USER";
    private const string Password = "ABS_REMOTE_CACHE_PASSWORD";
    private const string Token = "ABS_REMOTE_CACHE_TOKEN";

    /// <summary>Reads the credentials.</summary>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <returns>Null where there are none.</returns>
    /// <exception cref="AbsException">ABS1005: the variables do not go together, or cannot be sent.</exception>
    public static AuthenticationHeaderValue? Read(Func<string, string?> variable)
    {
        var (user, password, token) = (variable(User) ?? "", variable(Password) ?? "", variable(Token) ?? "");
        if ((user.Length > 0) != (password.Length > 0) || (user.Length > 0 && token.Length > 0))
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"The credentials of the remote cache do not go together; set {User} and {Password}, or only {Token}, in the environment.");
        }

        if (user.Contains(":") || (user + password).Any(char.IsControl) || token.Any(character => character is <= ' ' or > '~'))
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"The credentials of the remote cache have characters that cannot be sent, such as line ends, or a colon in the user; correct {User} and {Password}, or {Token}, in the environment.");
        }

        return token.Length > 0 ? new("Bearer", token)
            : user.Length > 0 ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password)))
            : null;
    }
}

using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Caching;

/// <summary>Where a remote cache is.</summary>
internal static class RemoteAddress
{
    private const string Property = "AbsRemoteCache";

    /// <summary>Reads an address. Messages do not repeat it: it may hold what must not be printed.</summary>
    /// <returns>An http or https address that ends with a slash, and has no user, query or fragment.</returns>
    /// <exception cref="AbsException">ABS1005: not such an address.</exception>
    public static Uri Read(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new AbsException(AbsCodes.InvalidSetting, Property + " is no http or https address; write for example https://cache.example.com/abs.");
        }

        if (address.UserInfo.Length > 0)
        {
            throw new AbsException(AbsCodes.InvalidSetting, Property + " has a user or password in it, where logs show it; set ABS_REMOTE_CACHE_USER and ABS_REMOTE_CACHE_PASSWORD, or ABS_REMOTE_CACHE_TOKEN, in the environment instead.");
        }

        return address.Query.Length == 0 && address.Fragment.Length == 0
            ? new Uri(address.AbsoluteUri.TrimEnd('/') + "/")
            : throw new AbsException(AbsCodes.InvalidSetting, Property + " has a query or fragment; write only scheme, host and path, for example https://cache.example.com/abs.");
    }
}

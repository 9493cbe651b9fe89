using System.Net.Http.Headers;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings.Kinds;

namespace AbsBuildTasks.Caching;

/// <summary>How a project uses a remote cache.</summary>
/// <param name="Address">Where it is; ends with a slash.</param>
/// <param name="Credentials">What it is told about who asks; null for nothing.</param>
/// <param name="IsReadOnly">Whether builds only take plans from it.</param>
internal sealed record RemoteSettings(Uri Address, AuthenticationHeaderValue? Credentials, bool IsReadOnly)
{
    private const string ReadWrite = "read-write";
    private const string ReadOnly = "read-only";

    /// <summary>Reads a project's properties.</summary>
    /// <param name="address">As <c>AbsRemoteCache</c> says.</param>
    /// <param name="mode">As <c>AbsRemoteCacheMode</c> says; empty for <c>read-write</c>.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <returns>Null where there is no remote cache.</returns>
    /// <exception cref="AbsException">ABS1005: one of them cannot be used.</exception>
    public static RemoteSettings? Read(string address, string mode, Func<string, string?> variable)
    {
        var isReadOnly = Choice.Of("AbsRemoteCacheMode", mode.Length > 0 ? mode : ReadWrite, ReadWrite, ReadOnly) == ReadOnly;
        return address.Trim().Length > 0 ? new(RemoteAddress.Read(address), RemoteCredentials.Read(variable), isReadOnly) : null;
    }
}

using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Caching;

public class RemoteSettingsTests
{
    [Theory]
    [InlineData("https://cache.example.com", "https://cache.example.com/")]
    [InlineData(" http://10.0.0.1:9090/abs/ ", "http://10.0.0.1:9090/abs/")]
    [InlineData("https://cache.example.com/a/b", "https://cache.example.com/a/b/")]
    public void An_address_has_scheme_host_and_path(string text, string address) =>
        Assert.Equal(address, Read(text)!.Address.AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Without_an_address_there_is_no_cache(string text) => Assert.Null(Read(text));

    [Theory]
    [InlineData("cache.example.com", "is no http or https address")]
    [InlineData("ftp://cache.example.com", "is no http or https address")]
    [InlineData("file:///var/cache", "is no http or https address")]
    [InlineData("/var/cache", "is no http or https address")]
    [InlineData("https://", "is no http or https address")]
    [InlineData("https://me:secret@cache.example.com", "has a user or password in it")]
    [InlineData("https://secret@cache.example.com", "has a user or password in it")]
    [InlineData("https://me:secret@cache example.com", "is no http or https address")]
    [InlineData("https://cache.example.com/?token=secret", "has a query or fragment")]
    [InlineData("https://cache.example.com/#secret", "has a query or fragment")]
    public void Other_addresses_are_refused_without_being_repeated(string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => Read(text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.StartsWith("AbsRemoteCache " + message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("read-write", false)]
    [InlineData("Read-Only", true)]
    public void The_mode_says_whether_builds_store(string mode, bool isReadOnly) =>
        Assert.Equal(isReadOnly, RemoteSettings.Read("https://cache.example.com", mode, _ => null)!.IsReadOnly);

    [Fact]
    public void An_unknown_mode_is_refused_also_without_an_address() =>
        Assert.Equal(
            "AbsRemoteCacheMode=\"readonly\" is unknown; use read-write or read-only.",
            Assert.Throws<AbsException>(() => RemoteSettings.Read("", "readonly", _ => null)).Message);

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("", "", "", null)]
    [InlineData("me", "pass:wörd", null, "Basic bWU6cGFzczp3w7ZyZA==")]
    [InlineData(null, null, "abc.DEF-123", "Bearer abc.DEF-123")]
    public void Credentials_come_from_the_environment(string? user, string? password, string? token, string? header) =>
        Assert.Equal(header, Read("https://cache.example.com", user, password, token)!.Credentials?.ToString());

    [Theory]
    [InlineData("me", null, null)]
    [InlineData(null, "secret", null)]
    [InlineData("me", "secret", "secret")]
    [InlineData("me:too", "secret", null)]
    [InlineData("me", "secret\n", null)]
    [InlineData(null, null, "secret\nX-Header: 1")]
    [InlineData(null, null, "secret two")]
    [InlineData(null, null, "sécret")]
    public void Credentials_that_make_no_sense_are_refused_without_being_repeated(string? user, string? password, string? token)
    {
        var error = Assert.Throws<AbsException>(() => Read("https://cache.example.com", user, password, token));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.StartsWith("The credentials of the remote cache ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private static RemoteSettings? Read(string address, string? user = null, string? password = null, string? token = null) => RemoteSettings.Read(
        address,
        "",
        name => name switch
        {
            "ABS_REMOTE_CACHE_USER" => user,
            "ABS_REMOTE_CACHE_PASSWORD" => password,
            "ABS_REMOTE_CACHE_TOKEN" => token,
            _ => null,
        });
}

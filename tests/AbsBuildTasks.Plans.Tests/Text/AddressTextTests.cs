using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Tests.Text;

public class AddressTextTests
{
    [Theory]
    [InlineData("via 'http://me:secret@proxy:3128/' failed", "via 'http://proxy:3128/' failed")]
    [InlineData("http://secret@proxy", "http://proxy")]
    [InlineData("http://me:se@cr:et@proxy/a@b", "http://proxy/a@b")]
    [InlineData("http://me:sec'r\"et@proxy/", "http://proxy/")]
    [InlineData("http://me:sec\\u0001ret@proxy/", "http://proxy/")]
    [InlineData("https://oauth2:secret@git.example.com/a.git: 403, ssh://git:secret@h", "https://git.example.com/a.git: 403, ssh://h")]
    [InlineData("http://me:secret@[::1]:80?x", "http://[::1]:80?x")]
    [InlineData("http://me:secret@", "http://")]
    public void User_and_password_are_not_shown(string text, string shown) => Assert.Equal(shown, AddressText.WithoutUser(text));

    [Theory]
    [InlineData("")]
    [InlineData("://")]
    [InlineData("a@b.c")]
    [InlineData("http://proxy/a@b and me@home")]
    [InlineData("http://proxy?a@b")]
    [InlineData("http:// me@home")]
    [InlineData("file:///a/@b")]
    public void All_else_stays(string text) => Assert.Equal(text, AddressText.WithoutUser(text));
}

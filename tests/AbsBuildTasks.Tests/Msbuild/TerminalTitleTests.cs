using System.Text;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Msbuild;

public sealed class TerminalTitleTests
{
    [Fact]
    public void The_title_is_kept_set_and_given_back()
    {
        using var terminal = new MemoryStream();
        using (var title = new TerminalTitle(terminal, () => true))
        {
            title.Show("abs: digits: search 1/2");
            title.Show("a\u001b[31m\u0007b");
        }

        Assert.Equal("\u001b[22;0t\u001b]0;abs: digits: search 1/2\u0007\u001b]0;a\\u001B[31m\\u0007b\u0007\u001b[23;0t", Encoding.UTF8.GetString(terminal.ToArray()));
    }

    [Fact]
    public void A_build_in_the_background_writes_nothing()
    {
        using var terminal = new MemoryStream();
        using (var title = new TerminalTitle(terminal, () => false))
        {
            title.Show("x");
        }

        Assert.Empty(terminal.ToArray());
    }

    [Theory]
    [InlineData("off", "xterm", "")]
    [InlineData("auto", "dumb", "")]
    [InlineData("auto", "", "")]
    [InlineData("auto", "xterm", "true")]
    public void Where_nobody_looks_there_is_none(string setting, string terminal, string server) =>
        Assert.Null(TerminalTitle.TryOpen(setting, name => name == "TERM" ? terminal : name == "CI" ? server : null));

    [Fact]
    public void Another_word_is_refused() => Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => TerminalTitle.Read("on")).Code);
}

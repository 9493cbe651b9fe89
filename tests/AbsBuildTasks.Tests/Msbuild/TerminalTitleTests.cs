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
        using (var title = new TerminalTitle(terminal, () => true, hasTaskbar: false))
        {
            title.Show("abs: digits: search 1/2", (1, 4));
            title.Show("a\u001b[31m\u0007b", (2, 4));
        }

        Assert.Equal("\u001b[22;0t\u001b]0;abs: digits: search 1/2\u0007\u001b]0;a\\u001B[31m\\u0007b\u0007\u001b[23;0t", Encoding.UTF8.GetString(terminal.ToArray()));
    }

    [Fact]
    public void The_taskbar_has_the_progress_until_the_search_ends()
    {
        using var terminal = new MemoryStream();
        using (var title = new TerminalTitle(terminal, () => true, hasTaskbar: true))
        {
            title.Show("a", (0, 0));
            title.Show("b", (1, 3));
            title.Show("c", (7, 3));
        }

        Assert.Equal("\u001b[22;0t\u001b]0;a\u0007\u001b]0;b\u0007\u001b]9;4;1;33\u0007\u001b]0;c\u0007\u001b]9;4;1;100\u0007\u001b]9;4;0;\u0007\u001b[23;0t", Encoding.UTF8.GetString(terminal.ToArray()));
    }

    [Fact]
    public void A_build_in_the_background_writes_nothing()
    {
        using var terminal = new MemoryStream();
        using (var title = new TerminalTitle(terminal, () => false, hasTaskbar: true))
        {
            title.Show("x", (1, 2));
        }

        Assert.Empty(terminal.ToArray());
    }

    [Theory]
    [InlineData("off", "xterm", "")]
    [InlineData("auto", "dumb", "")]
    [InlineData("auto", "", "")]
    [InlineData("auto", "xterm", "true")]
    public void Where_nobody_looks_there_is_none(string setting, string terminal, string server) =>
        Assert.Null(TerminalTitle.TryOpen(setting, isAlone: true, name => name == "TERM" ? terminal : name == "CI" ? server : null));

    [Fact]
    public void Another_word_is_refused() => Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => TerminalTitle.Read("on")).Code);
}

using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("srun")]
    [InlineData("  srun  ")]
    [InlineData("srun --gres=gpu:1\t--time=8:00:00", "--gres=gpu:1", "--time=8:00:00")]
    [InlineData("srun --comment='a \"b\" c' \"d 'e'\" ''", "--comment=a \"b\" c", "d 'e'", "")]
    [InlineData("srun $HOME; rm -rf \\ | `x` *", "$HOME;", "rm", "-rf", "\\", "|", "`x`", "*")]
    public void Words_are_words_and_no_shell_reads_them(string command, params string[] arguments)
    {
        var program = _folder.WriteProgram("srun", "exit 0");

        var launcher = Read("launch", command)!;

        Assert.Equal(program, launcher.Program);
        Assert.Equal(arguments, launcher.Arguments);
        Assert.Equal(program, Read("launch", program)!.Program);
    }

    [Fact]
    public void Without_it_the_build_starts_workers() => Assert.Null(Read("local", " "));

    [Theory]
    [InlineData(AbsCodes.InvalidSetting, "launch", "", "AbsExecutor=launch needs AbsExecutorCommand")]
    [InlineData(AbsCodes.InvalidSetting, "local", "srun", "AbsExecutorCommand is for AbsExecutor=launch alone")]
    [InlineData(AbsCodes.InvalidSetting, "slurm", "srun", "AbsExecutor=")]
    [InlineData(AbsCodes.InvalidSetting, "launch", "srun 'a b", "a quote (') that does not end")]
    [InlineData(AbsCodes.LaunchFailed, "launch", "srun", "There is no program 'srun'")]
    [InlineData(AbsCodes.LaunchFailed, "launch", "./srun", "There is no program './srun'")]
    [InlineData(AbsCodes.LaunchFailed, "launch", "/nowhere/srun -n 1", "There is no program '/nowhere/srun', with which AbsExecutorCommand begins. Install")]
    public void What_cannot_be_is_refused(string code, string executor, string command, string text)
    {
        var error = Assert.Throws<AbsException>(() => Read(executor, command));

        Assert.Equal(code, error.Code);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    private Launcher? Read(string executor, string command) => Launcher.Read(executor, command, name => name == "PATH" ? _folder.Path : null);
}

using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

public sealed class ExecutorTests : IDisposable
{
    private static readonly ExecutorSettings Queue = new() { Executor = "command", Submit = "put {script} {name}", Status = "ask {job}", Cancel = "take {job}" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("srun")]
    [InlineData("  srun  ")]
    [InlineData("srun --gres=gpu:1\t--time=8:00:00", "--gres=gpu:1", "--time=8:00:00")]
    [InlineData("srun --comment='a \"b\" c' \"d 'e'\" ''", "--comment=a \"b\" c", "d 'e'", "")]
    [InlineData("srun $HOME; rm -rf \\ | `x` *", "$HOME;", "rm", "-rf", "\\", "|", "`x`", "*")]
    [InlineData("srun {job}", "{job}")]
    public void Words_are_words_and_no_shell_reads_them(string command, params string[] arguments)
    {
        var program = _folder.WriteProgram("srun", "exit 0");

        var launcher = Read(new() { Executor = "launch", Command = command }).Launcher!;

        Assert.Equal(program, launcher.Program);
        Assert.Equal(arguments, launcher.Arguments);
        Assert.Equal(program, Read(new() { Executor = "launch", Command = program }).Launcher!.Program);
    }

    [Fact]
    public void Without_it_the_build_starts_workers() => Assert.Equal(new(), Read(new() { Executor = "local", Command = " " }));

    [UnixFact]
    public void Slurm_gets_the_users_options_behind_those_that_the_build_needs()
    {
        Programs("sbatch", "scontrol", "scancel");

        var executor = Read(new() { Executor = "Slurm", Options = "--gres=gpu:1 --comment='a {b} c'", OnCancel = "detach" });

        Assert.Equal(["--export=NIL", "--gres=gpu:1", "--comment=a {b} c", "{script}"], executor.Queue!.Submit.Arguments.Where(word => word.Contains("export", StringComparison.Ordinal) || word.Contains('{') && !word.Contains("name", StringComparison.Ordinal) || word.Contains("gres", StringComparison.Ordinal)));
        Assert.True(executor.Detaches);
        Assert.False(Read(new() { Executor = "slurm" }).Detaches);
    }

    [UnixFact]
    public void Any_queue_will_do_that_has_three_commands()
    {
        Programs("put", "ask", "take");

        var queue = Read(Queue).Queue!;

        Assert.Equal(["{script}", "{name}"], queue.Submit.Arguments);
        Assert.Equal("ask {job}", queue.Queue);
    }

    [UnixFact]
    public void A_place_without_a_value_is_refused()
    {
        Programs("put", "ask", "take");

        var error = Assert.Throws<AbsException>(() => Read(Queue with { Status = "ask {jobs}" }));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Contains("AbsExecutorStatus has a place {jobs}, for which there is no value; there are {job} or {name}.", error.Message, StringComparison.Ordinal);
        Assert.NotNull(Read(Queue with { Status = "ask {job} -o=jsonpath={.status.phase}" }));
    }

    [UnixFact]
    public void Queues_get_many_searches_at_once_and_nobody_else_unless_asked()
    {
        Programs("put", "ask", "take", "srun");
        var launch = new ExecutorSettings { Executor = "launch", Command = "srun" };

        Assert.Equal([16, 3, 1, 2, 1], new[] { Queue, Queue with { Parallel = "3" }, launch, launch with { Parallel = "2" }, new() { Executor = "local" } }.Select(settings => Read(settings).Parallel));
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { AbsCodes.InvalidSetting, "launch", "AbsExecutor=launch needs AbsExecutorCommand" },
        { AbsCodes.InvalidSetting, "local Command=srun", "AbsExecutorCommand is for AbsExecutor=launch alone" },
        { AbsCodes.InvalidSetting, "launch Command=srun OnCancel=detach", "AbsExecutorOnCancel is for AbsExecutor=slurm or command alone" },
        { AbsCodes.InvalidSetting, "slurm Command=srun", "AbsExecutorCommand is for AbsExecutor=launch alone" },
        { AbsCodes.InvalidSetting, "local Parallel=2", "AbsExecutorParallel is for AbsExecutor=launch or slurm or command alone" },
        { AbsCodes.InvalidSetting, "launch Command=/bin/sh Parallel=0", "AbsExecutorParallel=\"0\" is no number of searches; use 1 to 1000." },
        { AbsCodes.InvalidSetting, "cluster", "AbsExecutor=\"cluster\" is unknown; use local, launch, slurm or command." },
        { AbsCodes.InvalidSetting, "command Submit=put", "AbsExecutor=command needs AbsExecutorStatus" },
        { AbsCodes.InvalidSetting, "launch Command=srun'", "a quote (') that does not end" },
        { AbsCodes.LaunchFailed, "launch Command=srun", "There is no program 'srun'" },
        { AbsCodes.LaunchFailed, "launch Command=./srun", "There is no program './srun'" },
        { AbsCodes.LaunchFailed, "launch Command=/nowhere/srun", "There is no program '/nowhere/srun', with which AbsExecutorCommand begins. Install" },
        { AbsCodes.JobRefused, "slurm", "There is no program 'sbatch', with which AbsExecutor=slurm begins, in any folder" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_cannot_be_is_refused(string code, string settings, string text)
    {
        var words = settings.Split(' ');
        var given = words.Skip(1).Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var error = Assert.Throws<AbsException>(() => Read(new()
        {
            Executor = words[0],
            Command = given.GetValueOrDefault("Command", ""),
            Submit = given.GetValueOrDefault("Submit", ""),
            OnCancel = given.GetValueOrDefault("OnCancel", ""),
            Parallel = given.GetValueOrDefault("Parallel", ""),
        }));

        Assert.Equal(code, error.Code);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    private void Programs(params string[] names)
    {
        foreach (var name in names)
        {
            _ = _folder.WriteProgram(name, "exit 0");
        }
    }

    private Executor Read(ExecutorSettings settings) => Executor.Read(settings, name => name == "PATH" ? _folder.Path : null);
}

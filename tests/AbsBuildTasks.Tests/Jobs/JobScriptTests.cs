using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Tests.Jobs;

/// <summary>Runs the file that queues run; the worker is a script, too.</summary>
public sealed class JobScriptTests : IDisposable
{
    private const string Name = "it's a \"model\" $HOME `x` \\";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Root => Path.Combine(_folder.Path, Name);

    private JobFolder Job => JobFolder.In(Path.Combine(Root, "state"));

    [UnixFact]
    public void The_worker_gets_its_words_its_variables_and_a_folder_of_its_own()
    {
        var host = _folder.WriteProgram("host", "echo \"$@\"; echo \"$MKL_X\" >&2; pwd >&2");

        Assert.Equal(0, Run(host, ["exec", Name, ""]));
        Assert.Equal(0, Run(host, ["again"]));

        Assert.Equal($"exec {Name}  {Job.Run(1)}\n", File.ReadAllText(JobFolder.EventsOf(Job.Run(1))));
        Assert.Equal($"{Name}\n{_folder.Path}\n", File.ReadAllText(JobFolder.OutputOf(Job.Run(1))));
        Assert.Equal($"again {Job.Run(2)}\n", File.ReadAllText(JobFolder.EventsOf(Job.Run(2))));
        Assert.NotEmpty(File.ReadAllText(JobFolder.NodeOf(Job.Run(2))));
    }

    [UnixFact]
    public void What_is_missing_is_named_and_no_worker_begins()
    {
        var code = Run(_folder.WriteProgram("host", "echo no"), [], needs: $"{_folder.Path}\n/nowhere/a b\n/nowhere/c\n");

        Assert.Equal(JobScript.Missing, code);
        Assert.Equal("/nowhere/a b\n/nowhere/c\n", File.ReadAllText(JobFolder.MissingOf(Job.Run(1))));
        Assert.False(File.Exists(JobFolder.EventsOf(Job.Run(1))));
    }

    [UnixFact]
    public void A_machine_without_the_project_says_so_by_its_exit_code()
    {
        var script = Write(_folder.WriteProgram("host", "echo no"), [], "");
        Directory.Move(Root, Root + ".away");

        Assert.Equal(JobScript.NoFolder, Sh(script));
    }

    [UnixFact]
    public void A_job_that_nobody_wants_any_more_ends_at_once()
    {
        var script = Write(_folder.WriteProgram("host", "echo no"), [], "");
        Directory.CreateDirectory(Job.Result);
        Assert.Equal(0, Sh(script));
        Directory.Delete(Job.Result);
        StopRequest.Write(Job.Folder, keeps: false);
        Assert.Equal(0, Sh(script));
        Assert.False(Directory.Exists(Job.Run(1)));
        Directory.Delete(Job.Folder, recursive: true);
        Assert.Equal(0, Sh(script));
    }

    [Fact]
    public void Only_variables_that_say_how_numbers_are_computed_go_along()
    {
        var chosen = JobVariables.Of(new System.Collections.Hashtable
        {
            ["OMP_NUM_THREADS"] = "2",
            ["DOTNET_EnableAVX2"] = "0",
            ["DOTNET_STARTUP_HOOKS"] = "x",
            ["CUDA_VISIBLE_DEVICES"] = "1",
            ["LANG"] = "C",
            ["LANGUAGE"] = "de",
            ["LC_ALL"] = "",
            ["OMP_X;id"] = "x",
            ["OMP_LINES"] = "a\nb",
            ["AWS_SECRET_ACCESS_KEY"] = "hidden",
            ["MY_PASSWORD"] = "hidden",
            ["PATH"] = "/bin",
        });

        Assert.Equal(["DOTNET_EnableAVX2", "LANG", "OMP_NUM_THREADS"], chosen.Keys.Order(StringComparer.Ordinal));
    }

    private int Run(string host, string[] arguments, string needs = "") => Sh(Write(host, arguments, needs));

    private string Write(string host, string[] arguments, string needs)
    {
        Directory.CreateDirectory(Job.Folder);
        File.WriteAllText(Job.Needs, needs);
        return _folder.Write("job", JobScript.Write(Job, Root, _folder.Path, new Dictionary<string, string> { ["MKL_X"] = Name }, host, arguments));
    }

    private static int Sh(string script) => Tool.Run("/bin/sh", [script], Patience.Long).ExitCode;
}

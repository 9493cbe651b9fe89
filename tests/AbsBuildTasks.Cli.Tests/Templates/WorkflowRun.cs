using System.Diagnostics;
using AbsBuildTasks.Cli.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests.Templates;

/// <summary>Runs scripts of a job as GitHub does: by bash, each with the job's variables and its own, in one folder.</summary>
/// <remarks><c>abs</c> and <c>git</c> are real. <c>gh</c> is a script of the test, and <c>dotnet</c> writes down what it is told.</remarks>
internal sealed class WorkflowRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkflowJob _job;

    /// <summary>Makes the tools.</summary>
    /// <param name="job">The job.</param>
    /// <param name="gh">The script that stands for <c>gh</c>.</param>
    public WorkflowRun(WorkflowJob job, string gh)
    {
        _job = job;
        Directory.CreateDirectory(Temporary);
        Directory.CreateDirectory(_folder.File("home"));
        ShellProgram.Write(_folder.File("gh"), gh);
        ShellProgram.Write(_folder.File("dotnet"), $"echo \"$@\" >> '{_folder.File("dotnet.log")}'");
        ShellProgram.Write(_folder.File("abs"), $"exec '{Environment.ProcessPath}' '{Path.Combine(AppContext.BaseDirectory, "abs.dll")}' \"$@\"");
    }

    /// <summary>The folder that <c>RUNNER_TEMP</c> names.</summary>
    public string Temporary => _folder.File("temp");

    /// <summary>What the job answers on the pull request.</summary>
    public string Answer => File.ReadAllText(Path.Combine(Temporary, "answer.md"));

    /// <summary>What steps left for others, in the form <c>name=value</c>.</summary>
    public string Outputs => File.Exists(_folder.File("outputs")) ? File.ReadAllText(_folder.File("outputs")) : "";

    /// <summary>The commands that <c>dotnet</c> was given, a line each.</summary>
    public string DotNet => File.ReadAllText(_folder.File("dotnet.log"));

    /// <summary>Runs a step.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The current folder.</param>
    public CommandRun Step(string name, string folder)
    {
        var (script, own) = _job.Step(name);
        File.WriteAllText(_folder.File("step.sh"), script);
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-eo", "pipefail", _folder.File("step.sh")]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = _folder.File("home");
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["RUNNER_TEMP"] = Temporary;
        start.Environment["GITHUB_WORKSPACE"] = folder;
        start.Environment["GITHUB_OUTPUT"] = _folder.File("outputs");
        start.Environment["GITHUB_STEP_SUMMARY"] = _folder.File("summary.md");
        foreach (var (variable, value) in _job.Variables.Concat(own))
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    public void Dispose() => _folder.Dispose();
}

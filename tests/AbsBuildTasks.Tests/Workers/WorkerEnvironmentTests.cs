using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Jobs;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>What the worker, and so a model's code, is started with.</summary>
public sealed class WorkerEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ABS_REMOTE_CACHE_TOKEN")]
    [InlineData("ABS_REMOTE_CACHE_USER")]
    [InlineData("ABS_REMOTE_CACHE_PASSWORD")]
    [InlineData("abs_remote_cache_token")]
    [InlineData("ABS_REMOTE_CACHE_ANYTHING")]
    [InlineData("NuGetPackageSourceCredentials_private")]
    [InlineData("VSS_NUGET_EXTERNAL_FEED_ENDPOINTS")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS")]
    [InlineData("SYSTEM_ACCESSTOKEN")]
    [InlineData("ACTIONS_RUNTIME_TOKEN")]
    [InlineData("ACTIONS_ID_TOKEN_REQUEST_TOKEN")]
    [InlineData("CI_JOB_TOKEN")]
    [InlineData("CI_JOB_JWT_V2")]
    public void Credentials_of_the_build_are_not_passed_on(string name) => Assert.Empty(Cleared(name));

    [Theory]
    [InlineData("PATH")]
    [InlineData("HOME")]
    [InlineData("LD_LIBRARY_PATH")]
    [InlineData("CUDA_VISIBLE_DEVICES")]
    [InlineData("NVIDIA_VISIBLE_DEVICES")]
    [InlineData("OMP_NUM_THREADS")]
    [InlineData("MKL_NUM_THREADS")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("DOTNET_ROOT")]
    [InlineData("AbsDevice")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("HF_TOKEN")]
    [InlineData("SSL_CERT_FILE")]
    public void What_a_models_code_may_need_stays(string name) => Assert.Equal([name], Cleared(name));

    [UnixFact]
    public void The_worker_does_not_see_them()
    {
        const string Name = "ABS_REMOTE_CACHE_TEST_OF_THE_WORKER";
        Environment.SetEnvironmentVariable(Name, "secret");
        try
        {
            var lines = new List<string>();
            var command = new WorkerCommand { Host = _folder.WriteProgram("host", "env"), Assembly = "worker.dll", DepsFile = "deps.json", ProbingPaths = [], Request = ["request.json"] };

            _ = new WorkerProcess(_ => { }, lines.Add, _ => { }, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)).Run(command, CancellationToken.None);

            Assert.Contains(lines, line => line.StartsWith("PATH=", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("secret", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }

    [UnixFact]
    public void The_worker_is_run_by_a_program_with_a_full_path()
    {
        var found = _folder.WriteProgram("dotnet", "exit 0");

        Assert.Equal("/opt/dotnet", WorkerHost.Of("/opt/dotnet", _ => null));
        Assert.Equal(found, WorkerHost.Of("dotnet", _ => $".::{_folder.Path}"));
        foreach (var program in new[] { "dotnet", "./dotnet", "", "bin/dotnet" })
        {
            Assert.Equal(AbsCodes.WorkerFailed, Assert.Throws<AbsException>(() => WorkerHost.Of(program, _ => ".::")).Code);
        }
    }

    [Theory]
    [InlineData(null, "1000", "8589934592")]
    [InlineData("GOMP_SPINCOUNT", "7", "8589934592")]
    [InlineData("OMP_WAIT_POLICY", null, "8589934592")]
    [InlineData("MALLOC_MMAP_THRESHOLD_", "1000", null)]
    [InlineData("GLIBC_TUNABLES", "1000", null)]
    public void Threads_spin_less_and_memory_is_kept_unless_users_say_how(string? given, string? spins, string? threshold)
    {
        // The machine that tests may have some of them set.
        string[] names = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES"];
        var before = names.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        Array.ForEach(names, name => Environment.SetEnvironmentVariable(name, name == given ? "7" : null));
        try
        {
            var command = new WorkerCommand { Host = "/opt/dotnet", Assembly = "worker.dll", DepsFile = "deps.json", ProbingPaths = [], Request = ["request.json"] };

            var variables = command.ToStartInfo().Environment;

            Assert.Equal(spins, variables.TryGetValue("GOMP_SPINCOUNT", out var count) ? count : null);
            Assert.Equal(threshold, variables.TryGetValue("MALLOC_TRIM_THRESHOLD_", out var kept) ? kept : null);
        }
        finally
        {
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    private static string[] Cleared(string name)
    {
        Dictionary<string, string?> variables = new() { [name] = "x" };
        WorkerEnvironment.Clear(variables);
        return [.. variables.Keys];
    }
}

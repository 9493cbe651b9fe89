using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Build.Tests.Harness;

/// <summary>A Slurm cluster of one node or two on this machine, all of it in a folder of its own.</summary>
public sealed partial class SlurmCluster : IAsyncLifetime
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "srun", "sbatch", "squeue", "scancel", "scontrol", "sinfo", "sdiag"];
    private static readonly string SearchPath = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin";

    private string _folder = "";

    /// <summary>Whether Slurm is installed.</summary>
    public static bool IsInstalled => OperatingSystem.IsLinux() && Array.TrueForAll(Programs, program => SearchPath.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))));

    /// <summary>What its commands need to know.</summary>
    internal IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["SLURM_CONF"] = In("slurm.conf"), ["PATH"] = SearchPath };

    public async Task InitializeAsync()
    {
        if (OperatingSystem.IsWindows() || !IsInstalled)
        {
            return;
        }

        // The sockets' names are short.
        _folder = Directory.CreateTempSubdirectory("slurm").FullName;
        foreach (var name in new[] { "state", "node", "munge" })
        {
            Directory.CreateDirectory(In(name), name == "munge" ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : (UnixFileMode)0b111_101_101);
        }

        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        var key = new byte[128];
        Random.Shared.NextBytes(key);
        await File.WriteAllBytesAsync(In("munge/key"), key);
        File.SetUnixFileMode(In("munge/key"), UnixFileMode.UserRead);
        await File.WriteAllTextAsync(In("slurm.conf"), Settings());

        // cgroups are not used, but the plugin is asked for.
        await File.WriteAllTextAsync(In("cgroup.conf"), "CgroupPlugin=cgroup/v1\nConstrainCores=no\nConstrainRAMSpace=no\n");
        await RunAsync("munged", "--force", $"--socket={In("munge.socket")}", $"--key-file={In("munge/key")}", $"--pid-file={In("munged.pid")}", $"--log-file={In("munged.log")}", $"--seed-file={In("munge/seed")}");
        await RunAsync("slurmctld");
        await RunAsync("slurmd", "-N", "n1");
        await ReadyAsync();
    }

    /// <summary>Waits until a job can begin at once.</summary>
    internal async Task ReadyAsync() => await Hang.UntilAsync(async () => (await RunAsync("sinfo", "-h", "-o", "%T")).Trim() == "idle");

    /// <summary>Kills the controller.</summary>
    internal void KillController() => Kill(In("slurmctld.pid"));

    /// <summary>Kills it when it has written down that the only job runs.</summary>
    internal async Task KillControllerBesideJobAsync()
    {
        // It writes down every few seconds what has changed. A job that it had not written down as running it would start a second time, which the machine refuses from then on.
        var before = DateTime.UtcNow;
        await RunAsync("scontrol", "update", $"JobId={await JobAsync()}", "Comment=test");
        await Hang.UntilAsync(() => Task.FromResult(File.GetLastWriteTimeUtc(In("state/job_state")) > before));
        KillController();
    }

    /// <summary>Starts it again.</summary>
    internal Task StartControllerAsync() => RunAsync("slurmctld");

    /// <summary>The machine dies with what runs on it, and the cluster gives it up.</summary>
    /// <param name="job">The job that runs there.</param>
    internal async Task KillNodeAsync(string job)
    {
        Kill(In("slurmd.pid"));
        KillAll($"slurmstepd: [{job}.");
        await RunAsync("scontrol", "update", "NodeName=n1", "State=DOWN", "Reason=test");
    }

    /// <summary>It is there again.</summary>
    internal async Task StartNodeAsync()
    {
        // Until it gives up, the controller goes on sending the dead machine an order to end the job. The machine that is there again would take it, and end the job's second run with it.
        await Hang.UntilAsync(async () => !HasOrders().IsMatch(await RunAsync("sdiag")));
        await RunAsync("slurmd", "-N", "n1");
        await RunAsync("scontrol", "update", "NodeName=n1", "State=RESUME");

        // Slurm 22.05 keeps counting the processor that the lost job had.
        await RunAsync("scontrol", "reconfigure");
        await Hang.UntilAsync(async () => (await RunAsync("sinfo", "-h", "-o", "%T")).Trim() is "idle" or "allocated");
    }

    /// <summary>Lets a job that was given back begin at once. Slurm may not have taken it back, or counted its processor as free, when it is first asked.</summary>
    internal Task UntilItRunsAsync(string job) => Hang.UntilAsync(async () =>
    {
        var state = (await RunAsync("squeue", "-h", "-o", "%i %T")).Split('\n').FirstOrDefault(line => line.StartsWith(job + " ", StringComparison.Ordinal));
        if (state is null || state.EndsWith(" RUNNING", StringComparison.Ordinal))
        {
            return true;
        }

        await RunAsync("scontrol", "reconfigure");
        await RunAsync("scontrol", "update", $"JobId={job}", "StartTime=now");
        return false;
    });

    /// <summary>Becomes a cluster of two nodes, <c>n1</c> and <c>n2</c>, if it is none yet.</summary>
    internal async Task BecomeTwoNodesAsync()
    {
        var text = await File.ReadAllTextAsync(In("slurm.conf"));
        if (text.Contains("NodeName=n2", StringComparison.Ordinal))
        {
            return;
        }

        Kill(In("slurmd.pid"));
        KillController();
        text = text.Replace("slurmd.pid", "%n.pid", StringComparison.Ordinal).Replace("Nodes=n1", "Nodes=n1,n2", StringComparison.Ordinal).Replace($"SlurmdSpoolDir={In("node")}", $"SlurmdSpoolDir={In("%n")}", StringComparison.Ordinal);
        text = NodeLine().Replace(text, line => string.Create(CultureInfo.InvariantCulture, $"{line.Value}\nNodeName=n2 {line.Groups["host"].Value} Port={FreePort()} {line.Groups["rest"].Value}"));
        await File.WriteAllTextAsync(In("slurm.conf"), text);
        await StartControllerAsync();
        foreach (var node in new[] { "n1", "n2" })
        {
            Directory.CreateDirectory(In(node));
            await RunAsync("slurmd", "-N", node);
        }

        await Hang.UntilAsync(async () => (await RunAsync("sinfo", "-h", "-o", "%T %D")).Trim() == "idle 2");
    }

    /// <summary>The cluster takes a node for lost, on which everything goes on.</summary>
    internal async Task LoseNodeAsync(string node)
    {
        Kill(In(node + ".pid"));
        await RunAsync("scontrol", "update", $"NodeName={node}", "State=DOWN", "Reason=test");
    }

    /// <summary>Removes all jobs, as each test begins with an empty cluster.</summary>
    internal async Task EmptyAsync()
    {
        await RunAsync("scancel", "--user", Environment.UserName);
        await Hang.UntilAsync(async () => (await QueueAsync()).Length == 0);
    }

    /// <summary>The jobs in the queue: number, state, a line each.</summary>
    internal async Task<string> QueueAsync() => await RunAsync("squeue", "-h", "-o", "%i %T");

    /// <summary>The number of the only job in the queue.</summary>
    internal async Task<string> JobAsync() => (await RunAsync("squeue", "-h", "-o", "%i")).Trim();

    /// <summary>Whether any of its files holds a text.</summary>
    internal bool Knows(string text) => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)
        .Where(file => new FileInfo(file).Length > 0)
        .Any(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(text, StringComparison.Ordinal));

    /// <summary>Runs one of its programs.</summary>
    /// <returns>What it printed.</returns>
    internal async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/env", [program, .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;

        // Daemons leave their output open.
        await process.WaitForExitAsync().WaitAsync(Hang.Limit);
        return program is "munged" or "slurmctld" or "slurmd" ? "" : await process.StandardOutput.ReadToEndAsync();
    }

    public Task DisposeAsync()
    {
        if (_folder.Length > 0)
        {
            // Without ceremony, as all of it is thrown away: an orderly end takes ten seconds.
            foreach (var name in new[] { "slurmd", "n1", "n2", "slurmctld", "munged" })
            {
                Kill(In(name + ".pid"));
            }

            Directory.Delete(_folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    private static void Kill(string file)
    {
        if (File.Exists(file))
        {
            KillProcess(File.ReadAllText(file));
        }
    }

    private static void KillProcess(string id)
    {
        if (int.TryParse(id.Trim(), CultureInfo.InvariantCulture, out var number))
        {
            try
            {
                using var process = Process.GetProcessById(number);
                process.Kill();
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended.
            }
        }
    }

    // The process that watches over a job, and the job that it has started.
    private static void KillAll(string title)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)))
        {
            if (Read(folder, "cmdline").StartsWith(title, StringComparison.Ordinal))
            {
                var id = Path.GetFileName(folder);
                string[] jobs = [.. Directory.GetDirectories("/proc").Where(other => Read(other, "status").Contains($"\nPPid:\t{id}\n", StringComparison.Ordinal)).Select(Path.GetFileName).OfType<string>()];

                // It first, or it tells of the job's end.
                foreach (var process in jobs.Prepend(id))
                {
                    KillProcess(process);
                }
            }
        }

        static string Read(string folder, string file)
        {
            try
            {
                return File.ReadAllText(Path.Combine(folder, file));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    /// <summary>Whether the controller has still something to send, in what <c>sdiag</c> prints.</summary>
    [GeneratedRegex(@"^Agent (count|queue size):\s+[1-9]", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex HasOrders();

    [GeneratedRegex(@"^NodeName=n1 (?<host>.*) Port=\d+ (?<rest>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NodeLine();

    private string In(string name) => Path.Combine(_folder, name);

    private string Settings()
    {
        var host = Environment.MachineName.Split('.')[0];
        var (controller, node) = (FreePort(), FreePort());
        return $"""
            ClusterName=abs
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            AuthType=auth/munge
            AuthInfo=socket={In("munge.socket")}
            CredType=cred/munge
            SlurmctldPort={controller}
            FirstJobId={controller}
            SlurmctldPidFile={In("slurmctld.pid")}
            SlurmdPidFile={In("slurmd.pid")}
            SlurmdSpoolDir={In("node")}
            StateSaveLocation={In("state")}
            SlurmctldLogFile={In("slurmctld.log")}
            SlurmdLogFile={In("slurmd.log")}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            JobCompType=jobcomp/none
            MpiDefault=none
            SwitchType=switch/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
            SlurmdParameters=config_overrides
            SlurmdTimeout=3600
            InactiveLimit=0
            KillWait=5
            MessageTimeout=5
            ReturnToService=2
            OverTimeLimit=0
            NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={node} CPUs=1 RealMemory=1000 State=UNKNOWN
            PartitionName=main Nodes=n1 Default=YES MaxTime=INFINITE State=UP

            """;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

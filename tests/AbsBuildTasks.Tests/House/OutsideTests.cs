namespace AbsBuildTasks.Tests.House;

/// <summary>
/// Programs, and files that others may have put where they are, are reached through few places, each with its protection.
/// A new place is a new line here, and somebody has thought about it.
/// </summary>
public sealed class OutsideTests
{
    // A program's path comes from ProgramFile.
    private static readonly string[] Starts = ["DotNetBuild.cs", "GitProcess.cs", "PipedStart.cs", "Tool.cs", "WorkerProcess.cs"];

    // Each looks for a link first, or makes a file that is new.
    private static readonly string[] Opens = ["AtomicFile.cs", "CiSummary.cs", "CodeQualityFile.cs", "ContentStore.cs", "EventFile.cs", "EventsFile.cs", "EventsReader.cs", "FileLock.cs", "OrdinaryFile.cs", "PendingCheckpoint.cs", "PrivateFolder.cs", "RemoteCache.cs", "TerminalTitle.cs"];

    // Into a folder that the process has just made for itself, or in place of what it has just removed.
    private static readonly string[] Writes = ["ContentStore.cs", "FolderRecord.cs", "InputsFile.cs", "KeptPlan.cs", "RequestedWork.cs", "WeightExporter.cs"];

    // What compilers, restore, the system and the build itself have written.
    private static readonly string[] Reads = ["AssemblyLoading.cs", "AssetsFile.cs", "CodeMeaning.cs", "ContentStore.cs", "DepsPackages.cs", "KeptPlan.cs", "Machine.cs", "OrdinaryFile.cs", "PatchedLibrary.cs", "Program.cs", "RemoteCache.cs", "RequestedTiming.cs", "TracedWork.cs"];

    [Fact]
    public void Processes_are_started_where_their_programs_are_found() => Assert.Equal(Starts, FilesWith("new ProcessStartInfo(", "new Process ", "new Process(", " Process.Start("));

    [Fact]
    public void Files_are_opened_where_links_are_thought_of() => Assert.Equal(Opens, FilesWith("FileMode."));

    [Fact]
    public void And_written_where_no_link_can_be() => Assert.Equal(Writes, FilesWith("File.WriteAll", "File.AppendAll", "File.AppendText(", "File.Create(", "File.CreateText(", "File.OpenWrite("));

    [Fact]
    public void And_read_where_neither_pipes_nor_devices_can_be() => Assert.Equal(Reads, FilesWith(" File.ReadAll", "(File.ReadAll", " File.ReadLines(", " File.OpenRead(", "(File.OpenRead(", "File.OpenText("));

    private static string[] FilesWith(params string[] calls) => [.. Directory.GetFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
        .Where(file => File.ReadLines(file).Any(line => Array.Exists(calls, call => (line + " ").Contains(call, StringComparison.Ordinal))))
        .Select(file => Path.GetFileName(file))
        .Order(StringComparer.Ordinal)];
}

using System.Globalization;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Tooling;

namespace AbsBuildTasks.Cake.Tests.Fakes;

/// <summary>A Cake that starts nothing: it answers as a test says, and keeps what it was asked.</summary>
internal sealed class FakeCake
{
    public FakeCake()
    {
        Environment = Stub<ICakeEnvironment>.With(("get_WorkingDirectory", _ => WorkingDirectory), ("GetEnvironmentVariable", name => (string)name[0]! == "PATH" ? Path : null), ("set_WorkingDirectory", folder => WorkingDirectory = (DirectoryPath)folder[0]!));
        Arguments = Stub<ICakeArguments>.With(("GetArguments", name => CommandLine.TryGetValue((string)name[0]!, out var value) ? new[] { value } : Array.Empty<string>()));
        FileSystem = Stub<IFileSystem>.With(("GetFile", arguments => Stub<IFile>.With(("get_Exists", _ => Tools.ContainsValue(((FilePath)arguments[0]!).FullPath)))));
        ToolLocator = Stub<IToolLocator>.With(("Resolve", arguments => ((IEnumerable<string>)arguments[0]!).Where(Tools.ContainsKey).Select(name => new FilePath(Tools[name])).FirstOrDefault()));
        Log = Stub<ICakeLog>.With(("Write", arguments => Write((Verbosity)arguments[0]!, (LogLevel)arguments[1]!, string.Format(CultureInfo.InvariantCulture, (string)arguments[2]!, (object?[])arguments[3]!))));
        ProcessRunner = Stub<IProcessRunner>.With(("Start", arguments => Start((FilePath)arguments[0]!, (ProcessSettings)arguments[1]!)));
    }

    /// <summary>The commands to be found, and where.</summary>
    public Dictionary<string, string> Tools { get; } = new() { ["dotnet"] = "/usr/bin/dotnet" };

    /// <summary>The arguments that Cake was started with.</summary>
    public Dictionary<string, string> CommandLine { get; } = [];

    public DirectoryPath WorkingDirectory { get; private set; } = "/repo";

    /// <summary>Where the system looks for commands.</summary>
    public string? Path { get; set; }

    /// <summary>How the process that is started ends.</summary>
    public FakeProcess Process { get; set; } = new();

    /// <summary>The commands that were started: executable and arguments.</summary>
    public List<string> Started { get; init; } = [];

    /// <summary>The lines that were shown, with their level.</summary>
    public List<(LogLevel Level, string Line)> Shown { get; } = [];

    public IFileSystem FileSystem { get; }

    public ICakeEnvironment Environment { get; }

    public ICakeArguments Arguments { get; }

    public IToolLocator ToolLocator { get; }

    public ICakeLog Log { get; }

    public IProcessRunner ProcessRunner { get; }

    public ICakeContext Context => Stub<ICakeContext>.With(Members());

    public (string Name, Func<object?[], object?> Answer)[] Members() =>
    [
        ("get_FileSystem", _ => FileSystem),
        ("get_Environment", _ => Environment),
        ("get_Arguments", _ => Arguments),
        ("get_ProcessRunner", _ => ProcessRunner),
        ("get_Tools", _ => ToolLocator),
        ("get_Log", _ => Log),
    ];

    private object? Write(Verbosity verbosity, LogLevel level, string line)
    {
        Assert.Equal(Verbosity.Quiet, verbosity);
        Shown.Add((level, line));
        return null;
    }

    private IProcess Start(FilePath tool, ProcessSettings settings)
    {
        Assert.True(settings is { RedirectStandardOutput: true, RedirectStandardError: true });
        Started.Add(tool.FullPath + " " + settings.Arguments.Render());
        return Process.Start(settings);
    }
}

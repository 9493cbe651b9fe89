using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Workers;

/// <summary>The lines of a process's output that say why it ended.</summary>
/// <remarks>
/// A crash is told first and its stack after it, often hundreds of frames: the last lines alone would be frames. So what
/// begins like the telling of a crash is kept with the first place in the model project's code; else the last lines are.
/// </remarks>
internal sealed class LastWords
{
    private const int Length = 5;
    private const int Width = 300; // characters
    private const int CrashLength = 3;

    // How .NET, the C++ library, libc and the system tell of an end that nothing catches.
    private static readonly string[] Openings =
    [
        "Unhandled exception", "Stack overflow", "Fatal error", "Process terminated", "Out of memory", "Internal CLR error",
        "terminate called", "what():", "free():", "malloc():", "munmap_chunk():", "realloc():", "double free", "corrupted",
        "*** stack smashing", "libc++abi:", "Segmentation fault", "INTEL MKL ERROR", "OMP: Error",
    ];

    private static readonly string[] Frames = ["at ", "frame #", "Exception raised from", "--- End of", "Repeat ", "-----", "[createdump]"];
    private static readonly string[] Platform = ["at System.", "at Microsoft.", "at TorchSharp.", "at AbsBuildTasks.", "at Interop."];

    private readonly Queue<string> _tail = new();
    private readonly List<string> _crash = [];
    private string? _place;

    /// <summary>The lines, in order, each short and fit to be printed.</summary>
    public IReadOnlyList<string> Lines => _crash.Count == 0 ? [.. _tail] : _place is null ? [.. _crash] : [.. _crash, _place];

    /// <summary>Takes the next line.</summary>
    public void Add(string line)
    {
        var text = line.Trim();
        if (text.Length == 0)
        {
            return;
        }

        var shown = Printable.Shorten(text, Width);
        if (StartsWithOneOf(text, Frames))
        {
            // Where the crash was told before; some frames of a process that goes on are of no use.
            _place ??= _crash.Count > 0 && text.StartsWith(Frames[0], StringComparison.Ordinal) && !StartsWithOneOf(text, Platform) ? shown : null;
            return;
        }

        if (_crash.Count > 0 ? _crash.Count < CrashLength && _place is null : StartsWithOneOf(text, Openings) || text.Contains("Assertion"))
        {
            _crash.Add(shown);
        }

        _tail.Enqueue(shown);
        if (_tail.Count > Length)
        {
            _tail.Dequeue();
        }
    }

    /// <summary>The lines as part of a message.</summary>
    public static string Quote(IReadOnlyList<string> words) => words.Count == 0 ? "It printed nothing." : $"Its last output: {string.Join(" | ", words)}";

    private static bool StartsWithOneOf(string text, string[] starts) => Array.Exists(starts, start => text.StartsWith(start, StringComparison.Ordinal));
}

using System.Diagnostics;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Says now and then how far work has come, so that whoever waits knows that it goes on. Work that is soon done says nothing.</summary>
/// <param name="tell">Told a line.</param>
internal sealed class WaitingWords(Action<string> tell)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Stopwatch _silence = Stopwatch.StartNew();

    /// <summary>Says how far it has come, where nothing has been said for a while.</summary>
    /// <param name="what">What is done with the file, such as <c>compared with the network</c>.</param>
    /// <param name="done">Examples that are done.</param>
    /// <param name="count">Of how many.</param>
    public void Tell(string what, long done, long count)
    {
        if (done < count && _silence.Elapsed > Patience)
        {
            tell(FormattableString.Invariant($"the ONNX file is being {what}: {done} of {count} examples"));
            _silence.Restart();
        }
    }
}

using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>What is kept of how a worker tells of its end; the texts are what .NET, libc and torch print.</summary>
public sealed class LastWordsTests
{
    [Fact]
    public void A_stack_overflow_is_told_with_the_first_place_in_the_models_code() => Assert.Equal(
        ["Stack overflow.", "at Digits.Net.Deeper(Int32)"],
        Of("loading", "Stack overflow.", "Repeat 1234 times:", "--------------------------------", "   at System.Linq.Enumerable.Select()", "   at TorchSharp.torch+Tensor.op_Addition(Tensor, Int32)", "   at Digits.Net.Deeper(Int32)", "--------------------------------", "   at Digits.Net.forward(Tensor)", "   at AbsBuildTasks.Search.CheckedModel.Forward()"));

    [Fact]
    public void An_exception_that_nothing_caught_is_told_with_its_cause() => Assert.Equal(
        ["Unhandled exception. System.TypeInitializationException: The type initializer for 'Table' threw an exception.", "---> System.FormatException: Input string 'one' was not in a correct format.", "at Digits.Table..cctor() in Digits.cs:line 3"],
        Of("Unhandled exception. System.TypeInitializationException: The type initializer for 'Table' threw an exception.", " ---> System.FormatException: Input string 'one' was not in a correct format.", "   at System.Number.Parse()", "   at Digits.Table..cctor() in Digits.cs:line 3", "   --- End of inner exception stack trace ---", "   at Digits.Main()"));

    [Fact]
    public void A_failure_in_torch_is_told_without_its_frames() => Assert.Equal(
        ["terminate called after throwing an instance of 'c10::Error'", "what():  One of the differentiated Tensors appears to not have been used in the graph."],
        Of([
            "terminate called after throwing an instance of 'c10::Error'",
            "  what():  One of the differentiated Tensors appears to not have been used in the graph.",
            "Exception raised from grad at autograd.cpp:1 (most recent call first):",
            .. Enumerable.Range(0, 50).Select(i => $"frame #{i}: THSAutograd_grad + 0x85b (0x7f48e168068b in libLibTorchSharp.so)"),
        ]));

    [Fact]
    public void Without_a_crash_the_last_lines_are_kept() => Assert.Equal(["2", "3", "4", "5", "6"], Of("1", "2", "3", "", "4", "   at Some.Frame()", "5", "6"));

    [Theory]
    [InlineData(0, "the model project's code may have ended it")]
    [InlineData(1, "its process ended")]
    [InlineData(134, "was aborted")]
    [InlineData(137, "free memory or lower BatchSize")]
    [InlineData(139, "crashed in native code")]
    [InlineData(158, "was ended by signal 30")]
    [InlineData(unchecked((int)0xC0000005), "crashed in native code")]
    [InlineData(unchecked((int)0xC00000FD), "overflowed the stack")]
    [InlineData(unchecked((int)0xE0434352), "was aborted")]
    public void An_exit_code_is_put_in_words(int exitCode, string says) => Assert.Contains(says, ExitWords.Of(exitCode), StringComparison.Ordinal);

    private static IReadOnlyList<string> Of(params string[] lines)
    {
        var words = new LastWords();
        foreach (var line in lines)
        {
            words.Add(line);
        }

        return words.Lines;
    }
}

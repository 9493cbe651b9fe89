using AbsBuildTasks.Plans.Protocol;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Protocol;

public class WorkerEventJsonTests
{
    private static readonly (WorkerEvent Event, string Line)[] Lines =
    [
        (new ProgressEvent("search", 3, 10, 0.25, 91.5, 0.0125, "top-1", 13, 0.5), """{"abs":1,"kind":"progress","phase":"search","epoch":3,"epochs":10,"loss":0.25,"metric":91.5,"relativeBops":0.0125,"metricName":"top-1","done":13,"testLoss":0.5}"""),
        (new ProgressEvent("calibrate", 1, 1, null, null, null), """{"abs":1,"kind":"progress","phase":"calibrate","epoch":1,"epochs":1,"loss":null,"metric":null,"relativeBops":null,"metricName":null,"done":0,"testLoss":null}"""),
        (new ProgressEvent("train", 0, 1, 1e20, 100, 1e-7), """{"abs":1,"kind":"progress","phase":"train","epoch":0,"epochs":1,"loss":1E+20,"metric":100,"relativeBops":1E-07,"metricName":null,"done":0,"testLoss":null}"""),
        (new StepEvent("search", 4, 10, 12, 200, 13), """{"abs":1,"kind":"step","phase":"search","epoch":4,"epochs":10,"step":12,"steps":200,"done":13}"""),
        (new LimitEvent(0.0834), """{"abs":1,"kind":"limit","relativeBops":0.0834}"""),
        (new LayersEvent("search", 13, [new("conv1", 4, 8, 12), new("fc \"é\"", 32, 32, 0)]), """{"abs":1,"kind":"layers","phase":"search","done":13,"layers":[{"name":"conv1","weightBits":4,"activationBits":8,"keptFilters":12},{"name":"fc \"\u00e9\"","weightBits":32,"activationBits":32,"keptFilters":0}]}"""),
        (new MessageEvent("on\r\ntwo lines \"q\""), """{"abs":1,"kind":"message","text":"on\r\ntwo lines \"q\""}"""),
        (new WarningEvent("ABS2006", "é😀"), """{"abs":1,"kind":"warning","code":"ABS2006","text":"\u00e9\ud83d\ude00"}"""),
        (new ErrorEvent("ABS3001", "too small"), """{"abs":1,"kind":"error","code":"ABS3001","text":"too small","layer":null}"""),
        (new ErrorEvent("ABS4012", "no", "conv1"), """{"abs":1,"kind":"error","code":"ABS4012","text":"no","layer":"conv1"}"""),
        (new DoneEvent(), """{"abs":1,"kind":"done"}"""),
    ];

    [Fact]
    public void An_event_is_a_line() => Assert.All(Lines, pair =>
    {
        Assert.Equal(pair.Line, WorkerEventJson.Write(pair.Event));
        Assert.True(WorkerEventJson.TryRead(pair.Line, out var read));
        Assert.Equivalent(pair.Event, read, strict: true);
    });

    [Property]
    public bool Any_text_and_number_makes_one_line_that_reads_back(NonNull<string> text, int epoch, double loss)
    {
        WorkerEvent[] events = [new MessageEvent(text.Get), new ProgressEvent(text.Get, epoch & int.MaxValue, 1, loss, -loss, null, text.Get)];
        return events.Select(WorkerEventJson.Write).All(line =>
            line.All(character => character is >= ' ' and <= '\x7f')
            && WorkerEventJson.TryRead(line, out var read)
            && WorkerEventJson.Write(read) == line);
    }

    [Fact]
    public void Half_a_character_does_not_lose_the_message()
    {
        Assert.True(WorkerEventJson.TryRead(WorkerEventJson.Write(new ErrorEvent("ABS2004", "a\ud83d")), out var read));

        Assert.Equal(new ErrorEvent("ABS2004", "a\ufffd"), read);
    }

    [Fact]
    public void A_password_in_an_address_is_told_to_nobody()
    {
        const string Told = "GET http://user:secret@proxy:8080/x failed";
        WorkerEvent[] events = [new MessageEvent(Told), new WarningEvent("ABS2006", Told), new ErrorEvent("ABS2004", Told)];

        Assert.All(events.Select(WorkerEventJson.Write), line =>
        {
            Assert.Contains("GET http://proxy:8080/x failed", line);
            Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
            Assert.True(WorkerEventJson.TryRead(line, out _));
        });
    }

    [Fact]
    public void A_loss_that_is_no_number_is_left_out()
    {
        Assert.True(WorkerEventJson.TryRead(WorkerEventJson.Write(new ProgressEvent("train", 1, 1, double.NaN, double.PositiveInfinity, 1 / 3d)), out var read));

        Assert.Equal(new ProgressEvent("train", 1, 1, null, null, 0.333333), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Epoch 1: loss 0.5")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"abs\":1}")]
    [InlineData("{\"abs\":1,\"kind\":\"done\"} ")]
    [InlineData(" {\"abs\":1,\"kind\":\"done\"}")]
    [InlineData("{\"abs\":2,\"kind\":\"done\"}")]
    [InlineData("{\"abs\":1,\"kind\":\"done\",\"x\":1}")]
    [InlineData("{\"abs\":1,\"kind\":\"finished\"}")]
    [InlineData("{\"abs\":1,\"kind\":\"message\"}")]
    [InlineData("{\"abs\":1,\"kind\":\"message\",\"text\":1}")]
    [InlineData("{\"abs\":1,\"kind\":\"error\",\"code\":\"CS0001\",\"text\":\"x\",\"layer\":null}")]
    [InlineData("{\"abs\":1,\"kind\":\"error\",\"code\":\"ABS3001\\n\",\"text\":\"x\",\"layer\":null}")]
    [InlineData("{\"abs\":1,\"kind\":\"message\",\"text\":\"cut")]
    [InlineData("{\"abs\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void Anything_else_is_the_users_output(string line)
    {
        Assert.False(WorkerEventJson.TryRead(line, out var read));
        Assert.Null(read);
    }
}

using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Engine;
using Newtonsoft.Json.Linq;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public class RunRecordTests
{
    [Fact]
    public void Keeping_the_record_does_not_add_to_its_seconds()
    {
        var watch = Stopwatch.StartNew();
        var record = Record();
        Thread.Sleep(200);
        for (var i = 0; i < 50; i++)
        {
            record.Exchange(new StateStream(new MemoryStream()));
        }

        Assert.InRange(Seconds(record), 0.2, watch.Elapsed.TotalSeconds + 0.1);
    }

    [Fact]
    public void A_record_that_goes_on_has_the_seconds_of_both_sittings()
    {
        var watch = Stopwatch.StartNew();
        var (first, second) = (Record(), Record());
        Thread.Sleep(300);
        var copy = new MemoryStream();
        first.Exchange(new StateStream(copy));
        second.Exchange(new StateStream(new MemoryStream(copy.ToArray()), copy.Length));

        Assert.InRange(Seconds(second), 0.6, (2 * watch.Elapsed.TotalSeconds) + 0.1);
    }

    private static double Seconds(RunRecord record) =>
        double.Parse(JObject.Parse(record.ToJson([]))["seconds"]!.ToString(), CultureInfo.InvariantCulture);

    private static RunRecord Record() => new(StripesSearch.Job(new SearchSettings { Budget = new Budget(0.1) }, "any"));
}

using System.Diagnostics.Metrics;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>A number that follows a search.</summary>
/// <param name="Name">What collectors call it.</param>
/// <param name="Unit">What it counts, in the words of UCUM.</param>
/// <param name="Description">What it is, a sentence.</param>
/// <param name="IsSum">Whether it only grows; otherwise it shows the latest.</param>
/// <param name="Read">Its values as they are now, one for each set of tags.</param>
internal sealed record SearchNumber(string Name, string Unit, string Description, bool IsSum, Func<IReadOnlyList<NumberReading>> Read)
{
    /// <summary>Adds it to a meter, for those who listen in this process.</summary>
    public void AddTo(Meter meter)
    {
        if (IsSum)
        {
            _ = meter.CreateObservableCounter(Name, Measurements, Unit, Description);
        }
        else
        {
            _ = meter.CreateObservableGauge(Name, Measurements, Unit, Description);
        }
    }

    private IEnumerable<Measurement<double>> Measurements() => Read().Select(reading => new Measurement<double>(reading.Value, reading.Tags));
}

/// <summary>A value of a number.</summary>
/// <param name="Value">The value.</param>
/// <param name="Tags">What it is of. An array, and no span anywhere: the tasks' folder has a span of its own, which is not that of .NET.</param>
internal sealed record NumberReading(double Value, KeyValuePair<string, object?>[] Tags);

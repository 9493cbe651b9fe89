using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Search.Training;

/// <summary>Epochs of plain training that share a learning rate and the way it falls.</summary>
/// <param name="Epochs">How many.</param>
/// <param name="Rate">The full learning rate.</param>
/// <param name="Schedule">How it falls.</param>
internal sealed record RatePart(int Epochs, double Rate, RateSchedule Schedule)
{
    /// <summary>The part that an epoch belongs to, and the epochs of it that are done before.</summary>
    /// <param name="parts">The parts of a phase, in order.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    public static (RatePart Part, int Done) At(IEnumerable<RatePart> parts, int epoch)
    {
        foreach (var part in parts)
        {
            if (epoch < part.Epochs)
            {
                return (part, epoch);
            }

            epoch -= part.Epochs;
        }

        throw new ArgumentOutOfRangeException(nameof(epoch));
    }
}

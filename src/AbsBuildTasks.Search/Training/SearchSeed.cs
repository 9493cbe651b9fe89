using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>Seeds torch's generators, which dropout for example draws from.</summary>
/// <remarks>
/// Anew for each step: what a step draws depends on the search's seed and the step's number alone, so that a search goes on
/// from any step without the generators' state, which on a GPU TorchSharp does not give away.
/// </remarks>
internal static class SearchSeed
{
    /// <summary>The number in place of a step's of what runs between epochs, such as an evaluation.</summary>
    public const int BetweenEpochs = -1;

    /// <summary>Seeds the making of fresh weights.</summary>
    public static void SetForWeights(SearchJob job) => Set(job.Device, job.Settings.Seed * 104_729L);

    /// <summary>Seeds the making of a network as an application makes it: with other numbers than the search's own had.</summary>
    public static void SetForApplication(SearchJob job) => Set(job.Device, unchecked((job.Settings.Seed * 104_729L) + 1));

    /// <summary>Seeds a step.</summary>
    /// <param name="job">The search.</param>
    /// <param name="epoch">The epoch in the whole run.</param>
    /// <param name="step">The step in the epoch, or <see cref="BetweenEpochs"/>.</param>
    public static void Set(SearchJob job, int epoch, int step) =>
        Set(job.Device, unchecked((long)SplitMix64.Mix((uint)job.Settings.Seed, (uint)epoch, (uint)step)));

    private static void Set(Device device, long seed)
    {
        manual_seed(seed).Dispose();
        if (device.type == DeviceType.CUDA)
        {
            cuda.manual_seed_all(seed);
        }
    }
}

namespace AbsBuildTasks.Search.Data;

/// <summary>The step of SplitMix64 (Steele, Lea and Flood, 2014): neighbouring counters give unrelated numbers.</summary>
internal static class SplitMix64
{
    /// <summary>The number of one counter.</summary>
    public static ulong Mix(ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }

    /// <summary>The number of three counters together.</summary>
    public static ulong Mix(ulong first, ulong second, ulong third) => Mix(Mix(Mix(first) + second) + third);
}

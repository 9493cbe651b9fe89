using AbsBuildTasks.Plans.Caching;

namespace AbsBuildTasks.Caching;

/// <summary>How long a build bears with a remote cache, and what it gives to one at most.</summary>
internal sealed record RemoteLimits
{
    /// <summary>For anything to happen: a connection, a part of a body, an answer.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For a request as a whole, beside what its body takes.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The slowest transfer of a body, in bytes a second.</summary>
    public double Speed { get; init; } = 128 * 1024;

    /// <summary>For a request as a whole, however long its body is said to be.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For all that a build asks and gets no plan of, wrong answers and misses alike.</summary>
    public TimeSpan Waste { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of a file that is stored.</summary>
    public long FileLength { get; init; } = ResultFile.LargestLength;

    /// <summary>How often a request that failed is sent again.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The pause before that; twice as long each time.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For a request with a body of so many bytes.</summary>
    public TimeSpan RequestOf(long length)
    {
        var time = Request + TimeSpan.FromSeconds(length / Speed);
        return time < Longest ? time : Longest;
    }
}

using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;
using Google.Protobuf;

namespace AbsBuildTasks.Caching;

/// <summary>What a remote cache holds for a fingerprint: the names of a search's files, and the content of each.</summary>
internal static class RemoteEntry
{
    /// <summary>Bytes of an entry at most.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Bytes of a file's content at most.</summary>
    public static long MaxLengthOf(string name) => ResultFile.Of(name)?.MaxLength ?? 0;

    /// <summary>Writes an entry.</summary>
    public static byte[] Write(IEnumerable<RemoteFile> files)
    {
        var result = new ActionResult();
        result.OutputFiles.AddRange(files.Select(file => new OutputFile { Path = file.Name, Digest = new() { Hash = file.Hash, SizeBytes = file.Length } }));
        return result.ToByteArray();
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="bytes">What a server sent.</param>
    /// <param name="model">The model whose files, all of them and no others, the entry must name.</param>
    /// <param name="alone">The one file that is meant; null for a plan and what lies beside it.</param>
    /// <returns>The files in the order of <see cref="ResultFile.NamesOf"/>, whatever the server's.</returns>
    /// <exception cref="RemoteCacheException">It does not.</exception>
    public static IReadOnlyList<RemoteFile> Read(byte[] bytes, string model, ResultFile? alone = null)
    {
        ActionResult result;
        try
        {
            result = ActionResult.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw RemoteCacheException.Corrupt("its entry cannot be read", error);
        }

        RemoteFile[] files = [.. result.OutputFiles.Select(file => new RemoteFile(file.Path, file.Digest?.Hash ?? "", file.Digest?.SizeBytes ?? -1))];
        var names = ResultFile.NamesOf(model, alone);
        if (!files.Select(file => file.Name).OrderBy(name => name, StringComparer.Ordinal).SequenceEqual(names.OrderBy(name => name, StringComparer.Ordinal)))
        {
            throw RemoteCacheException.Corrupt($"its entry is not one of '{model}'");
        }

        return Array.TrueForAll(files, file => Fingerprint.IsHash(file.Hash) && file.Length >= 0 && file.Length <= MaxLengthOf(file.Name))
            ? [.. names.Select(name => files.First(file => file.Name == name))]
            : throw RemoteCacheException.Corrupt("its entry names contents that cannot be");
    }
}

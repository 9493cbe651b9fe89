using System.Security.Cryptography;
using System.Text;

namespace AbsBuildTasks.Plans.Text;

/// <summary>SHA-256 as 64 lower-case hexadecimal digits.</summary>
internal static class ContentHash
{
    /// <summary>Hashes a stream from where it stands to its end.</summary>
    public static string Of(Stream stream)
    {
        using var sha = SHA256.Create();
        return Text(sha.ComputeHash(stream));
    }

    /// <summary>Hashes a text, as UTF-8.</summary>
    public static string Of(string text)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Of(bytes);
    }

    /// <summary>Copies a stream from where it stands to its end, and hashes what is copied.</summary>
    /// <param name="source">What to copy.</param>
    /// <param name="target">Receives the copy.</param>
    /// <param name="length">Bytes copied.</param>
    public static string Copy(Stream source, Stream target, out long length)
    {
        using var sha = SHA256.Create();
        var buffer = new byte[1 << 16];
        length = 0;
        for (var read = source.Read(buffer, 0, buffer.Length); read > 0; read = source.Read(buffer, 0, buffer.Length))
        {
            sha.TransformBlock(buffer, 0, read, null, 0);
            target.Write(buffer, 0, read);
            length += read;
        }

        sha.TransformFinalBlock(buffer, 0, 0);
        return Text(sha.Hash);
    }

    private static string Text(byte[] hash) => string.Concat(hash.Select(value => value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}

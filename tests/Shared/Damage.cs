namespace AbsBuildTasks.Tests.Shared;

/// <summary>What a disk, a power failure or a person may do to a file.</summary>
internal static class Damage
{
    public static void Do(string file, string damage)
    {
        var content = File.ReadAllBytes(file);
        switch (damage)
        {
            case "truncated":
                File.WriteAllBytes(file, content[..(content.Length / 2)]);
                break;
            case "emptied":
                File.WriteAllBytes(file, []);
                break;
            case "overwritten":
                new Random(1).NextBytes(content);
                File.WriteAllBytes(file, content);

                // Written in the same tick as before, it could not be told by its time.
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(1));
                break;
            case "removed":
                File.Delete(file);
                break;
            case "folder":
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
            default:
                throw new ArgumentException("No such damage.", nameof(damage));
        }
    }
}

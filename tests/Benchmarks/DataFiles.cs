using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Benchmarks;

/// <summary>How long a build that has nothing to do looks at data files: the record of an earlier build is found current, or not there.</summary>
internal static class DataFiles
{
    private const int Folders = 20;
    private const int Rounds = 15;

    /// <summary>Measures.</summary>
    /// <param name="files">How many files there are.</param>
    /// <param name="models">How many models name all of them.</param>
    public static void Measure(int files, int models)
    {
        var folder = Directory.CreateTempSubdirectory("abs-data-files-").FullName;
        try
        {
            var names = Enumerable.Range(0, files).Select(number => Path.Combine(folder, "data", $"class{number % Folders}", $"image{number}.png")).Order(StringComparer.Ordinal).ToArray();
            foreach (var name in names)
            {
                _ = Directory.CreateDirectory(Path.GetDirectoryName(name)!);
                File.WriteAllText(name, "x");
                File.SetLastWriteTimeUtc(name, DateTime.UtcNow.AddDays(-1));
            }

            string[] inputs = [.. Directory.GetDirectories(Path.Combine(folder, "data")), .. names];
            foreach (var directory in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories))
            {
                Directory.SetLastWriteTimeUtc(directory, DateTime.UtcNow.AddDays(-1));
            }

            Print($"{files} files, {models} models", folder, Enumerable.Repeat(inputs, models).SelectMany(all => all));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(string title, string folder, IEnumerable<string> inputs)
    {
        var path = BuildRecord.PathIn(folder);
        var record = BuildRecord.Begin(path, "a2V5", inputs);
        record.Leave([], []);
        BuildRecord.Close(path, record.Id, []);
        if (BuildRecord.FindCurrent(path, "a2V5") is null)
        {
            Console.WriteLine($"{title}: every build looks again");
            return;
        }

        var (wall, busy) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var (start, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
            _ = BuildRecord.FindCurrent(path, "a2V5");
            wall.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            busy.Add((Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {wall.Median():0.0} ms, of which the processor works {busy.Median():0.0} ms; {new FileInfo(path).Length} bytes"));
    }
}

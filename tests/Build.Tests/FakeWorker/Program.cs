// Stands in for the worker where a test is about how a worker ends. FAKE_WORKER says how.
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

var way = Environment.GetEnvironmentVariable("FAKE_WORKER");
switch (way)
{
    case "crash":
        return End(134, "{\"abs\":1,\"kind\":\"message\",\"text\":\"about to crash\"}");
    case "garbage":
        return End(134, "garbage", "{\"abs\":1,\"kind\":\"error\"", "{\"abs\":1,\"kind\":\"done\"} ", "\0\u001b[31m", new string('x', 20_000_000));
    case "early-done":
        return End(0, "{\"abs\":1,\"kind\":\"done\"}");
    case "silent":
        return 0;
    case "signal":
        System.Diagnostics.Process.GetCurrentProcess().Kill();
        return 0;
    case "no-plan":
        WriteFiles("{}");
        return End(0, "{\"abs\":1,\"kind\":\"done\"}");
    case "other-plan":
        WriteFiles(File.ReadAllText(Environment.GetEnvironmentVariable("FAKE_PLAN")!));
        return End(0, "{\"abs\":1,\"kind\":\"done\"}");
    case "hang-after-done":
        using (var request = Request())
        using (var plan = JsonDocument.Parse(File.ReadAllText(Environment.GetEnvironmentVariable("FAKE_PLAN")!)))
        {
            // A plan of this search, as the build asks for it.
            WriteFiles(plan.RootElement.GetRawText().Replace(Fingerprint(plan), Fingerprint(request), StringComparison.Ordinal));
        }

        Console.WriteLine("{\"abs\":1,\"kind\":\"done\"}");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    case "hang-after-message":
        Console.WriteLine("{\"abs\":1,\"kind\":\"message\",\"text\":\"about to hang\"}");
        goto case "hang";
    case "hang":
        File.WriteAllText(Environment.GetEnvironmentVariable("TINY_PROCESS_FILE")!, FormattableString.Invariant($"{Environment.ProcessId}"));
        Thread.Sleep(Timeout.Infinite);
        return 0;
    default:
        throw new InvalidOperationException("FAKE_WORKER is not set.");
}

static int End(int exitCode, params string[] lines)
{
    foreach (var line in lines)
    {
        Console.WriteLine(line);
    }

    Console.Error.WriteLine("last words");
    return exitCode;
}

static string Fingerprint(JsonDocument document) => document.RootElement.GetProperty("fingerprint").GetString()!;

JsonDocument Request() => JsonDocument.Parse(File.ReadAllText(args[0]));

void WriteFiles(string plan)
{
    using var request = Request();
    var start = Path.Combine(request.RootElement.GetProperty("outputDirectory").GetString()!, request.RootElement.GetProperty("model").GetString()!);
    WriteWeights(start + ".weights.zip", plan);
    File.WriteAllText(start + ".run.json", "{}");
    File.WriteAllText(start + ".plan.json", plan);
}

// As much of them as a build looks at: a manifest that fits the plan.
void WriteWeights(string path, string plan)
{
    var layers = JsonNode.Parse(plan)!["layers"]?.AsArray() ?? [];
    var manifest = new JsonObject
    {
        ["layers"] = new JsonArray([.. layers.Select(layer => new JsonObject
        {
            ["name"] = layer!["name"]!.DeepClone(),
            ["weightBits"] = layer["weightBits"]!.DeepClone(),
            ["weightGrid"] = layer["weightGrid"]!.DeepClone(),
            ["activationBits"] = layer["activationBits"]!.DeepClone(),
            ["activationGrid"] = layer["activationGrid"]!.DeepClone(),
            ["shape"] = new JsonArray(layer["filters"]!.DeepClone()),
            ["keptFilters"] = layer["keptFilters"]!.DeepClone(),
            ["levels"] = new JsonObject { ["entry"] = "data/0.bin", ["length"] = 0 },
        })]),
    };
    using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
    _ = archive.CreateEntry("data/0.bin", CompressionLevel.NoCompression);
    using var writer = new StreamWriter(archive.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
    writer.Write(manifest.ToJsonString());
}

using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>That a plan was kept, without a search, for inputs that are said to mean the same: a note in the record of its search.</summary>
internal sealed class KeptRun
{
    private const string Property = "kept";

    private KeptRun(string from, string to, IReadOnlyList<string> changes) => (From, To, Changes) = (from, to, changes);

    /// <summary>The fingerprint that the plan had.</summary>
    internal string From { get; }

    /// <summary>The one that it was given.</summary>
    internal string To { get; }

    /// <summary>What had changed, a line each.</summary>
    internal IReadOnlyList<string> Changes { get; }

    /// <summary>Writes it into a search's record.</summary>
    /// <param name="record">The record's JSON; what is no record stays as it is.</param>
    /// <param name="from">The fingerprint that the plan had.</param>
    /// <param name="to">The one that it is given.</param>
    /// <param name="changes">What has changed, a line each.</param>
    public static string Add(string record, string from, string to, IReadOnlyList<string> changes)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(record)) { DateParseHandling = DateParseHandling.None };
            var json = JObject.Load(reader);
            if (json[Property] is not JArray)
            {
                json[Property] = new JArray();
            }

            ((JArray)json[Property]!).Add(new JObject { ["from"] = from, ["to"] = to, ["changes"] = new JArray(changes) });
            return json.ToString(Formatting.Indented).Replace("\r\n", "\n");
        }
        catch (JsonException)
        {
            return record;
        }
    }

    /// <summary>Reads those of a record.</summary>
    internal static IReadOnlyList<KeptRun> Read(StrictObject record) => record.Names.Contains(Property)
        ? [.. record.Objects(Property).Select(kept => new KeptRun(kept.String("from"), kept.String("to"), kept.Strings("changes")))]
        : [];
}

using System.Globalization;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Where telemetry is sent, from the environment variables that OpenTelemetry has for every program.</summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/protocol/exporter</remarks>
internal sealed record OtlpSettings
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const string Protocol = "http/protobuf";
    private const string DefaultService = "AbsBuildTasks";
    private const int DefaultMilliseconds = 10_000;
    private const int MostMilliseconds = 600_000;

    /// <summary>The address for traces; null where none are sent.</summary>
    public OtlpTarget? Traces { get; private init; }

    /// <summary>The address for metrics; null where none are sent.</summary>
    public OtlpTarget? Metrics { get; private init; }

    /// <summary>What is sent of the program itself.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Resource { get; init; }

    /// <summary>How long an answer may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable; null or empty where it is not set.</param>
    /// <returns>Null where nothing is to be sent.</returns>
    /// <exception cref="FormatException">A variable cannot be read; the message says which, and what it may be.</exception>
    public static OtlpSettings? Read(Func<string, string?> variable)
    {
        if (Text("OTEL_SDK_DISABLED").Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var (traces, metrics) = (Target("TRACES"), Target("METRICS"));
        return traces is null && metrics is null ? null : new()
        {
            Traces = traces,
            Metrics = metrics,
            Resource = ResourceOf(),
            Timeout = TimeSpan.FromMilliseconds(Milliseconds()),
        };

        string Text(string name) => variable(name)?.Trim() ?? "";

        // That of the signal goes before that of all.
        (string Name, string Value) Of(string signal, string name) => Text($"{Prefix}{signal}_{name}") is { Length: > 0 } own ? ($"{Prefix}{signal}_{name}", own) : (Prefix + name, Text(Prefix + name));

        OtlpTarget? Target(string signal)
        {
            var (name, address) = Of(signal, "ENDPOINT");
            if (address.Length == 0 || (Text($"OTEL_{signal}_EXPORTER") is { Length: > 0 } exporter && !exporter.Split(',').Contains("otlp")))
            {
                return null;
            }

            if (Of(signal, "PROTOCOL") is (var protocolName, { Length: > 0 } protocol) && protocol != Protocol)
            {
                throw new FormatException($"{protocolName} is {Shown(protocol)}, and a build can send {Protocol} alone");
            }

            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new FormatException($"{name} is {Shown(address)}, which is no address such as http://localhost:4318");
            }

            var path = name == Prefix + "ENDPOINT" ? new Uri(uri.AbsoluteUri.TrimEnd('/') + $"/v1/{signal.ToLowerInvariant()}") : uri;
            var (headersName, headers) = Of(signal, "HEADERS");
            return new(path, Pairs(headersName, headers));
        }

        IReadOnlyList<KeyValuePair<string, string>> ResourceOf()
        {
            var given = Pairs("OTEL_RESOURCE_ATTRIBUTES", Text("OTEL_RESOURCE_ATTRIBUTES"));
            var service = Text("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : given.FirstOrDefault(pair => pair.Key == "service.name").Value ?? DefaultService;
            return [new("service.name", service), .. given.Where(pair => pair.Key != "service.name")];
        }

        int Milliseconds()
        {
            var text = Text(Prefix + "TIMEOUT");
            return text.Length == 0 ? DefaultMilliseconds
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is > 0 and <= MostMilliseconds ? milliseconds
                : throw new FormatException(FormattableString.Invariant($"{Prefix}TIMEOUT is {Shown(text)}, which is no number of milliseconds from 1 to {MostMilliseconds}"));
        }
    }

    // Values may be secrets: no message has one. Encoded line breaks would end a header.
    private static KeyValuePair<string, string>[] Pairs(string name, string text) =>
    [
        .. text.Split([','], StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.IndexOf('=') is var at and > 0 && !Uri.UnescapeDataString(pair).Any(char.IsControl)
            ? new KeyValuePair<string, string>(Uri.UnescapeDataString(pair.Substring(0, at).Trim()), Uri.UnescapeDataString(pair.Substring(at + 1).Trim()))
            : throw new FormatException($"{name} is no list such as name=value,name=value")),
    ];

    private static string Shown(string value) => $"'{Printable.Escape(AddressText.WithoutUser(value))}'";
}

/// <summary>Where one kind of telemetry goes.</summary>
/// <param name="Address">The address to post to.</param>
/// <param name="Headers">Headers to send along; values may be secrets.</param>
internal sealed record OtlpTarget(Uri Address, IReadOnlyList<KeyValuePair<string, string>> Headers);

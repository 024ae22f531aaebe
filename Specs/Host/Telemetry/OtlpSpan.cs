using System.Globalization;
using System.Text;
using ActorEtcd.Wire;

namespace ActorEtcd.Specs.Host.Telemetry;

/// <summary>A span as a collector gets it (opentelemetry-proto: <c>trace.proto</c>).</summary>
internal sealed record OtlpSpan(
    string TraceId, string SpanId, string ParentId, string Name, bool IsError, Dictionary<string, string> Tags)
{
    private const long ErrorStatus = 2;

    public static OtlpSpan Read(ReadOnlyMemory<byte> span) => new(
        Hex(span, 1),
        Hex(span, 2),
        Hex(span, 4),
        Text(OtlpCollector.Parts(span, 5).First()),
        OtlpCollector.Parts(span, 15).Exists(static status => Number(status, 3) == ErrorStatus),
        Attributes(span, 9).ToDictionary());

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static IEnumerable<KeyValuePair<string, string>> Attributes(ReadOnlyMemory<byte> message, int field)
        => OtlpCollector.Parts(message, field).Select(static pair
            => KeyValuePair.Create(Text(OtlpCollector.Parts(pair, 1)[0]), Value(OtlpCollector.Parts(pair, 2)[0])));

    private static string Hex(ReadOnlyMemory<byte> message, int field)
        => string.Concat(OtlpCollector.Parts(message, field).Select(static id => Convert.ToHexStringLower(id.Span)));

    // AnyValue: 1 string, 2 bool, 3 int.
    private static string Value(ReadOnlyMemory<byte> value)
    {
        var reader = new ProtoReader(value);
        reader.Next();
        return reader.Field == 1 ? Text(reader.Bytes()) : reader.Int64().ToString(CultureInfo.InvariantCulture);
    }

    private static long Number(ReadOnlyMemory<byte> message, int field)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                return reader.Int64();
            }

            reader.Skip();
        }

        return 0;
    }
}

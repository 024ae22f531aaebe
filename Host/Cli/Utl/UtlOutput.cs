using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Output;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>One result in the formats of etcd's tools: simple, fields, json, table.</summary>
internal static class UtlOutput
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <exception cref="UtlException">There is no such format.</exception>
    public static void Check(string format) => Format(format, [new UtlField("", "", "", 0L)]);

    /// <exception cref="UtlException">There is no such format.</exception>
    public static string Format(string format, IReadOnlyList<UtlField> fields, bool drawsBoxes = false) => format switch
    {
        "simple" => string.Join(", ", fields.Select(static field => field.Text)) + "\n",
        "fields" => string.Concat(fields.Select(static field => $"\"{field.Label}\" : {field.Plain}\n")),
        "table" => new CtlTable([.. fields.Select(static field => field.Heading)], [[.. fields.Select(static field => field.Text)]]).Draw(drawsBoxes),
        "json" => Json(fields) + "\n",
        "protobuf" => throw new UtlException(UtlExit.BadFeature, "protobuf not supported as output format"),
        _ => throw new UtlException(UtlExit.BadFeature, "unsupported output format"),
    };

    /// <summary>A size in steps of 1000, two digits at most before it turns to whole numbers.</summary>
    public static string Bytes(long size)
    {
        if (size < 10)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{size} B");
        }

        var unit = 0;
        var value = (double)size;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var rounded = Math.Floor((value * 10) + 0.5) / 10;
        return rounded < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{rounded:F1} {Units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(rounded, MidpointRounding.ToEven):F0} {Units[unit]}");
    }

    private static string Json(IReadOnlyList<UtlField> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var field in fields)
            {
                json.WritePropertyName(field.Json);
                JsonSerializer.Serialize(json, field.Value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

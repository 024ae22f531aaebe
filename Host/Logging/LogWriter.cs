using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorEtcd.Host.Logging;

/// <summary>
/// Writes log lines, whole and at once, in etcd's JSON form or in the form for people. Safe to use from any thread.
/// </summary>
public sealed class LogWriter(IReadOnlyList<LogOutput> outputs, LogSeverity threshold, bool json, TimeProvider time) : IDisposable
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();

    public LogWriter(Stream output, LogSeverity threshold, bool json, TimeProvider time)
        : this([new StreamLogOutput(output)], threshold, json, time)
    {
    }

    public bool IsEnabled(LogSeverity severity) => severity >= threshold;

    /// <param name="caller">Which part of the program speaks.</param>
    /// <param name="fields">Values that belong to the line, in this order.</param>
    public void Write(LogSeverity severity, string caller, string message, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        if (!IsEnabled(severity))
        {
            return;
        }

        var line = json ? JsonLine(severity, caller, message, fields) : TextLine(severity, caller, message, fields);
        lock (_gate)
        {
            foreach (var output in outputs)
            {
                Write(output, severity, line);
            }
        }
    }

    public void Dispose()
    {
        foreach (var output in outputs)
        {
            output.Dispose();
        }
    }

    private static void Write(LogOutput output, LogSeverity severity, byte[] line)
    {
        try
        {
            output.Write(severity, line);
        }
        catch (IOException)
        {
            // A line that finds no room is lost; it must not end whoever speaks.
        }
    }

    private static string NameOf(LogSeverity severity) => severity switch
    {
        LogSeverity.Debug => "debug",
        LogSeverity.Info => "info",
        LogSeverity.Warn => "warn",
        LogSeverity.Error => "error",
        _ => "fatal",
    };

    private byte[] JsonLine(
        LogSeverity severity, string caller, string message, ReadOnlySpan<(string Name, object? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("level", NameOf(severity));
            writer.WriteString("ts", Timestamp());
            writer.WriteString("caller", caller);
            writer.WriteString("msg", message);
            foreach (var (name, value) in fields)
            {
                WriteField(writer, name, value);
            }

            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteField(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case long or int or uint: writer.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case bool flag: writer.WriteBoolean(name, flag); break;
            case IEnumerable<string> texts:
                writer.WriteStartArray(name);
                foreach (var text in texts)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
                break;
            default: writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private byte[] TextLine(
        LogSeverity severity, string caller, string message, ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var text = new StringBuilder();
        text.Append(Timestamp()).Append('\t').Append(NameOf(severity)).Append('\t').Append(caller).Append('\t').Append(message);
        if (!fields.IsEmpty)
        {
            text.Append("\t{");
            for (var i = 0; i < fields.Length; i++)
            {
                text.Append(i == 0 ? string.Empty : ", ").Append('"').Append(fields[i].Name).Append("\": ").Append(Shown(fields[i].Value));
            }

            text.Append('}');
        }

        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    // JSON with blanks, as zap's console form has it.
    private static string Shown(object? value) => value switch
    {
        long or int or uint => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        bool flag => flag ? "true" : "false",
        IEnumerable<string> texts => $"[{string.Join(", ", texts.Select(Quoted))}]",
        _ => Quoted(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty),
    };

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private string Timestamp()
    {
        var now = time.GetLocalNow();
        var zone = now.Offset == TimeSpan.Zero
            ? "Z"
            : now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", string.Empty, StringComparison.Ordinal);
        return now.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + zone;
    }
}

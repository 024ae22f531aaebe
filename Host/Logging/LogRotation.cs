using System.Text.Json;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Logging;

/// <summary>When a log file is full, and what becomes of the full ones (etcd: <c>--log-rotation-config-json</c>).</summary>
/// <param name="MegabytesMax">Size at which the next file begins.</param>
/// <param name="DaysMax">Age after which a full file is removed; 0 for never.</param>
/// <param name="BackupsMax">Full files that are kept; 0 for all.</param>
/// <param name="LocalTime">Whether the names of full files tell local time.</param>
/// <param name="Compress">Whether full files are compressed.</param>
public sealed record LogRotation(int MegabytesMax, int DaysMax, int BackupsMax, bool LocalTime, bool Compress)
{
    public const string DefaultJson =
        """{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}""";

    private const int MegabytesDefault = 100;

    /// <exception cref="ConfigException">The text is no JSON, or a field has a value of the wrong kind.</exception>
    public static LogRotation Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new ConfigException($"invalid log rotation config: it must be a JSON object: {json}");
            }

            var size = Number(root, "maxsize");
            return new LogRotation(
                size == 0 ? MegabytesDefault : size, Number(root, "maxage"), Number(root, "maxbackups"), Flag(root, "localtime"), Flag(root, "compress"));
        }
        catch (JsonException error)
        {
            throw new ConfigException($"improperly formatted log rotation config: {error.Message}");
        }
    }

    private static int Number(JsonElement root, string name)
        => !root.TryGetProperty(name, out var value) ? 0
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
            : throw new ConfigException($"invalid log rotation config: {name} must be a whole number");

    private static bool Flag(JsonElement root, string name)
        => root.TryGetProperty(name, out var value) && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new ConfigException($"invalid log rotation config: {name} must be true or false"));
}

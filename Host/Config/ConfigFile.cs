using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ActorEtcd.Host.Config;

/// <summary>
/// Reads etcd's configuration file: YAML, whose fields have the names of flags, or JSON, which is YAML too. Times are whole
/// numbers of nanoseconds, lists are lists, and what TLS needs stands in sections of its own. As in etcd a field of an
/// unknown name is passed over.
/// </summary>
internal static class ConfigFile
{
    // Fields below these headings, with the flags that say the same.
    private static readonly Dictionary<string, Dictionary<string, string>> Sections = new()
    {
        ["client-transport-security"] = new()
        {
            ["cert-file"] = "cert-file",
            ["key-file"] = "key-file",
            ["client-cert-file"] = "client-cert-file",
            ["client-key-file"] = "client-key-file",
            ["client-cert-auth"] = "client-cert-auth",
            ["trusted-ca-file"] = "trusted-ca-file",
            ["auto-tls"] = "auto-tls",
            ["allowed-hostname"] = "client-cert-allowed-hostname",
            ["crl-file"] = "client-crl-file",
        },
        ["peer-transport-security"] = new()
        {
            ["cert-file"] = "peer-cert-file",
            ["key-file"] = "peer-key-file",
            ["client-cert-file"] = "peer-client-cert-file",
            ["client-key-file"] = "peer-client-key-file",
            ["client-cert-auth"] = "peer-client-cert-auth",
            ["trusted-ca-file"] = "peer-trusted-ca-file",
            ["auto-tls"] = "peer-auto-tls",
            ["allowed-cn"] = "peer-cert-allowed-cn",
            ["allowed-hostname"] = "peer-cert-allowed-hostname",
            ["skip-client-san-verification"] = "peer-skip-client-san-verification",
            ["crl-file"] = "peer-crl-file",
        },
        ["socket-options"] = new()
        {
            ["reuse-port"] = "socket-reuse-port",
            ["reuse-address"] = "socket-reuse-address",
        },
        ["discovery-config"] = new()
        {
            ["token"] = "discovery-token",
            ["endpoints"] = "discovery-endpoints",
            ["dial-timeout"] = "discovery-dial-timeout",
            ["request-timeout"] = "discovery-request-timeout",
            ["keepalive-time"] = "discovery-keepalive-time",
            ["keepalive-timeout"] = "discovery-keepalive-timeout",
            ["cert"] = "discovery-cert",
            ["key"] = "discovery-key",
            ["cacert"] = "discovery-cacert",
            ["insecure-transport"] = "discovery-insecure-transport",
            ["insecure-skip-tls-verify"] = "discovery-insecure-skip-tls-verify",
            ["username"] = "discovery-user",
            ["password"] = "discovery-password",
        },
    };

    // Headings inside a section whose fields count as the section's own.
    private static readonly string[] InnerHeadings = ["client", "secure", "auth"];

    // etcd writes this as one text, although it holds several.
    private static readonly string[] TextLists = ["host-whitelist"];

    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["experimental-snapshot-catch-up-entries"] = "experimental-snapshot-catchup-entries",
    };

    private static readonly HashSet<string> OnlyInSections =
        [.. Sections.Values.SelectMany(static section => section.Values), "config-file", "help", "h", "version"];

    /// <returns>What the file gives, as the texts of flags.</returns>
    /// <exception cref="ConfigException">The file cannot be read, is no YAML, or a field has a value of the wrong kind.</exception>
    public static Dictionary<string, string> Read(
        string path, IReadOnlyDictionary<string, FlagDefinition> flags, Action<string> warn)
    {
        var given = new Dictionary<string, string>();
        foreach (var (key, node) in Fields(path, RootOf(path)))
        {
            if (Sections.TryGetValue(key, out var section))
            {
                ReadSection(path, key, node, section, flags, given, warn);
                continue;
            }

            var name = OtherNames.GetValueOrDefault(key, key);
            if (!OnlyInSections.Contains(name) && flags.TryGetValue(name, out var flag))
            {
                Put(path, key, node, flag, given);
            }
            else
            {
                warn($"{path}: the field {key} is unknown and passed over");
            }
        }

        return given;
    }

    private static YamlMappingNode RootOf(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(reader);
            return stream.Documents switch
            {
                [] => [],
                [{ RootNode: YamlMappingNode root }, ..] => root,
                [{ RootNode: YamlScalarNode { Value: null or "" } }, ..] => [],
                _ => throw new ConfigException($"{path}: the file must hold fields with values"),
            };
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException($"open {path}: no such file or directory");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"open {path}: {error.Message}");
        }
        catch (YamlException error)
        {
            throw new ConfigException($"{path}: error converting YAML: line {error.Start.Line}: {error.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            // The parser's own way to fail on some texts, as on a URL behind a bracket that is never closed.
            throw new ConfigException($"{path}: error converting YAML: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void ReadSection(
        string path,
        string heading,
        YamlNode node,
        Dictionary<string, string> section,
        IReadOnlyDictionary<string, FlagDefinition> flags,
        Dictionary<string, string> given,
        Action<string> warn)
    {
        if (IsNothing(node))
        {
            return;
        }

        if (node is not YamlMappingNode mapping)
        {
            throw new ConfigException($"{path}: invalid {heading}: it must hold fields with values");
        }

        foreach (var (key, value) in Fields(path, mapping))
        {
            if (InnerHeadings.Contains(key) && value is YamlMappingNode)
            {
                ReadSection(path, heading, value, section, flags, given, warn);
            }
            else if (section.TryGetValue(key, out var name))
            {
                Put(path, $"{heading}.{key}", value, flags[name], given);
            }
            else
            {
                warn($"{path}: the field {heading}.{key} is unknown and passed over");
            }
        }
    }

    private static IEnumerable<(string Key, YamlNode Value)> Fields(string path, YamlMappingNode mapping)
        => mapping.Children.Select(field => field.Key is YamlScalarNode { Value: { } key }
            ? (key, field.Value)
            : throw new ConfigException($"{path}: line {field.Key.Start.Line}: a field must have a name"));

    private static void Put(string path, string field, YamlNode node, FlagDefinition flag, Dictionary<string, string> given)
    {
        if (IsNothing(node))
        {
            return;
        }

        var text = TextOf(path, field, node, flag);
        if (FlagSyntax.FaultOf(flag, text) is { } fault)
        {
            throw new ConfigException(flag.Kind is FlagKind.Urls or FlagKind.UrlsOrNone
                ? $"unexpected error setting up {field}: {fault}"
                : $"{path}: the value \"{text}\" of the field {field}: {fault}");
        }

        // As in etcd, an empty text leaves the default.
        if (text.Length > 0)
        {
            given[flag.Name] = text;
        }
    }

    private static string TextOf(string path, string field, YamlNode node, FlagDefinition flag)
    {
        var isList = flag.Kind == FlagKind.List && !TextLists.Contains(flag.Name);
        if (isList && node is YamlSequenceNode items)
        {
            return string.Join(',', items.Children.Select(item => TextOfScalar(path, field, item)));
        }

        var text = !isList ? TextOfScalar(path, field, node) : throw WrongKind(path, field, "a list");
        var isQuoted = ((YamlScalarNode)node).Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted;
        return flag.Kind switch
        {
            FlagKind.Duration => !isQuoted && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                ? text + "ns"
                : throw WrongKind(path, field, "a whole number of nanoseconds"),
            FlagKind.Number or FlagKind.Signed when isQuoted => throw WrongKind(path, field, "a number"),
            FlagKind.Switch => !isQuoted && YamlBoolean(text) is { } flagText ? flagText : throw WrongKind(path, field, "true or false"),
            _ => text,
        };
    }

    private static string TextOfScalar(string path, string field, YamlNode node)
        => node is YamlScalarNode { Value: { } text } ? text : throw WrongKind(path, field, "a single value");

    // YAML 1.1, which etcd's reader speaks, has many words for it.
    private static string? YamlBoolean(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "Y" => "true",
        "FALSE" or "NO" or "OFF" or "N" => "false",
        _ => null,
    };

    private static bool IsNothing(YamlNode node)
        => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private static ConfigException WrongKind(string path, string field, string expected)
        => new($"{path}: the field {field} must be {expected}");
}

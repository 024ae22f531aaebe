using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

public class ConfigurationFactory
{
    private const string DefaultResource = "Akka.akka.conf";

    // Parsed once: every actor system of the process starts from the same immutable defaults.
    private static readonly Lazy<Config> Defaults =
        new(() => FromResource(DefaultResource, typeof(ConfigurationFactory).Assembly));

    public static Config Empty => new();

    /// <summary>The reference configuration of the core library.</summary>
    public static Config Default() => Defaults.Value;

    /// <summary>The configuration of the application's own file; there is none, so it is empty.</summary>
    public static Config Load() => Empty;

    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>Parses HOCON text; <paramref name="includeCallback"/> gives the parsed content of each include.</summary>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) =>
        new(Parser.Parse(hocon, includeCallback));

    public static Config FromResource(string resourceName, object instanceInAssembly) => instanceInAssembly switch
    {
        Type type => FromResource(resourceName, type.Assembly),
        Assembly assembly => FromResource(resourceName, assembly),
        _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
    };

    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException(
                $"Resource {resourceName} not found in assembly {assembly.GetName().Name}; it has: "
                + string.Join(", ", assembly.GetManifestResourceNames()));
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}

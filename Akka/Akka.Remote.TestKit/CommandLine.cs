using System.Globalization;
using Akka.Configuration;

namespace Akka.Remote.TestKit;

/// <summary>What a node process was told when it was started: arguments of the form <c>-Dmultinode.key=value</c>.</summary>
public static class CommandLine
{
    private const string Prefix = "-D";

    private static readonly Lazy<Dictionary<string, string>> FromProcess = new(() => Parse(Environment.GetCommandLineArgs()));
    private static Dictionary<string, string> Given;

    public static bool ShowHelp { get; private set; }

    public static bool ShowVersion { get; private set; }

    private static Dictionary<string, string> Values => Given ?? FromProcess.Value;

    /// <summary>Takes these arguments in place of the process's own.</summary>
    public static void Initialize(string[] args)
    {
        ShowHelp = Array.Exists(args, static arg => arg is "-?" or "-h" or "-help" or "--help");
        ShowVersion = Array.Exists(args, static arg => arg is "-v" or "-version" or "--version");
        Given = Parse(args);
    }

    public static string GetProperty(string key) => GetPropertyOrDefault(key, null);

    public static string GetPropertyOrDefault(string key, string defaultStr) => Values.GetValueOrDefault(key, defaultStr);

    public static int GetInt32(string key) => Convert.ToInt32(GetProperty(key), CultureInfo.InvariantCulture);

    public static int GetInt32OrDefault(string key, int defaultInt) =>
        GetProperty(key) is { } text ? Convert.ToInt32(text, CultureInfo.InvariantCulture) : defaultInt;

    private static Dictionary<string, string> Parse(string[] args)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var arg in args.Where(static arg => arg.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)))
        {
            var split = arg.IndexOf('=', StringComparison.Ordinal);
            if (split < 0)
            {
                throw new ConfigurationException($"Argument '{arg}' is not of the form -Dmultinode.key=value");
            }

            values[arg[Prefix.Length..split].Trim()] = arg[(split + 1)..].Trim();
        }

        return values;
    }
}

using System.Globalization;

namespace ActorEtcd.Host.Config;

/// <summary>Checks values against their kind, with the words of Go's flag package and of etcd.</summary>
internal static class FlagSyntax
{
    private const string ParseError = "parse error";

    /// <summary>What is wrong with the value; null when nothing is.</summary>
    public static string? FaultOf(FlagDefinition flag, string value) => flag.Kind switch
    {
        FlagKind.Number => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : ParseError,
        FlagKind.Signed => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : ParseError,
        FlagKind.Switch => TryParseSwitch(value, out _) ? null : ParseError,
        FlagKind.Duration => GoDuration.TryParse(value, out _) ? null : ParseError,
        FlagKind.Urls => FaultOfUrls(value, flag.TakesSockets),
        FlagKind.UrlsOrNone => value.Length == 0 ? null : FaultOfUrls(value, flag.TakesSockets),
        FlagKind.Origins => value is "" or "*" ? null : FaultOfUrls(string.Join(',', value.Split(',').Where(static origin => origin != "*")), allowsSockets: false),
        FlagKind.Choice => flag.Choices.Contains(value) ? null : "invalid value",
        _ => null,
    };

    /// <summary>The line that ends a start with such a value on the command line.</summary>
    public static string Line(FlagDefinition flag, string value, string fault) => flag.Kind == FlagKind.Switch
        ? $"invalid boolean value \"{value}\" for -{flag.Name}: {fault}"
        : $"invalid value \"{value}\" for flag -{flag.Name}: {fault}";

    public static bool TryParseSwitch(string value, out bool isOn)
    {
        isOn = value is "1" or "t" or "T" or "TRUE" or "true" or "True";
        return isOn || value is "0" or "f" or "F" or "FALSE" or "false" or "False";
    }

    private static string? FaultOfUrls(string value, bool allowsSockets)
    {
        try
        {
            EtcdUrl.ParseList(value, allowsSockets);
            return null;
        }
        catch (ConfigException error)
        {
            return error.Message;
        }
    }
}

using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Logging;

/// <summary>What is logged, in which form, and where the lines go (etcd: <c>embed/config_logging.go</c>).</summary>
public sealed record LogSettings
{
    private const string DefaultOutput = "default";
    private const string StandardError = "stderr";
    private const string StandardOutput = "stdout";
    private const string Journal = "systemd/journal";

    public required LogSeverity Threshold { get; init; }

    public required bool IsJson { get; init; }

    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>How the one file among the outputs is rotated; null for not at all.</summary>
    public LogRotation? Rotation { get; init; }

    /// <exception cref="ConfigException">A value is unknown, or the outputs do not go together.</exception>
    public static LogSettings Read(FlagValues flags)
    {
        if (flags.Text("logger") is not ("zap" or "capnslog"))
        {
            throw new ConfigException($"unknown logger option \"{flags.Text("logger")}\"");
        }

        var outputs = flags.List("log-outputs").Distinct(StringComparer.Ordinal).ToArray();
        outputs = outputs.Length == 0 ? [DefaultOutput] : outputs;
        if (outputs.Length > 1 && outputs.Contains(DefaultOutput))
        {
            throw new ConfigException("multi logoutput for \"default\" is not supported yet");
        }

        if (outputs.Length > 1 && outputs.Contains(Journal))
        {
            throw new ConfigException("running with systemd/journal but other '--log-outputs' values are configured");
        }

        return new LogSettings
        {
            Threshold = flags.Switch("debug") ? LogSeverity.Debug : SeverityOf(flags.Text("log-level")),
            IsJson = flags.Text("log-format") switch
            {
                "json" => true,
                "console" => false,
                var other => throw new ConfigException($"unknown log format: {other}, supported values json, console"),
            },
            Outputs = outputs,
            Rotation = flags.Switch("enable-log-rotation") ? RotationOf(flags, outputs) : null,
        };
    }

    /// <summary>Opens the outputs.</summary>
    /// <exception cref="IOException">One of them cannot be written to.</exception>
    public LogWriter Open(TimeProvider time)
    {
        var outputs = new List<LogOutput>();
        try
        {
            outputs.AddRange(Outputs.Select(name => Open(name, time)));
            return new LogWriter(outputs, Threshold, IsJson, time);
        }
        catch
        {
            outputs.ForEach(static output => output.Dispose());
            throw;
        }
    }

    private static LogSeverity SeverityOf(string level) => level switch
    {
        "debug" => LogSeverity.Debug,
        "info" or "" => LogSeverity.Info,
        "warn" => LogSeverity.Warn,
        "error" => LogSeverity.Error,
        "dpanic" or "panic" or "fatal" => LogSeverity.Fatal,
        _ => throw new ConfigException($"unknown level \"{level}\": expected debug, info, warn, error, dpanic, panic or fatal"),
    };

    private static LogRotation RotationOf(FlagValues flags, string[] outputs)
        => outputs.Count(IsFile) == 1
            ? LogRotation.Parse(flags.Text("log-rotation-config-json"))
            : throw new ConfigException("--log-outputs requires a single file path when --log-rotate-config-json is defined");

    private static bool IsFile(string output) => output is not (DefaultOutput or StandardError or StandardOutput or Journal);

    private LogOutput Open(string name, TimeProvider time) => name switch
    {
        DefaultOutput or StandardError => new StreamLogOutput(Console.OpenStandardError()),
        StandardOutput => new StreamLogOutput(Console.OpenStandardOutput()),
        Journal => new JournalLogOutput(),
        _ when Rotation is { } rotation => new RotatingLogFile(name, rotation, time),
        _ => new StreamLogOutput(OpenFile(name)),
    };

    private static FileStream OpenFile(string path)
        => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}

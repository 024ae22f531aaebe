namespace ActorEtcd.Host.Logging;

/// <summary>How grave a log line is; the names are etcd's.</summary>
public enum LogSeverity
{
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

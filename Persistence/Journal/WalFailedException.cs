namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// A write or flush failed, or the log is closed. Nothing is retried: after a failed flush the system may report the
/// next one as good although the data never reached the device.
/// </summary>
public sealed class WalFailedException(string message, Exception? cause) : Exception(message, cause);

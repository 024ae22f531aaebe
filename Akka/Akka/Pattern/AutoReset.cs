namespace Akka.Pattern;

internal sealed record AutoReset(TimeSpan ResetBackoff) : IBackoffReset;

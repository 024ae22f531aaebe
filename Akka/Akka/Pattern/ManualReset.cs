namespace Akka.Pattern;

internal sealed record ManualReset : IBackoffReset;

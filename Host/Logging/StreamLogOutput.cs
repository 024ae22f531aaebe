namespace ActorEtcd.Host.Logging;

/// <summary>Lines into a stream, such as standard error or a file that grows.</summary>
public sealed class StreamLogOutput(Stream stream) : LogOutput
{
    public override void Write(LogSeverity severity, ReadOnlySpan<byte> line)
    {
        stream.Write(line);
        stream.Flush();
    }

    public override void Dispose() => stream.Dispose();
}

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>A finished call, as it was on the wire.</summary>
public sealed record GrpcReply(
    int HttpStatus,
    string Status,
    string Message,
    bool TrailersOnly,
    IReadOnlyList<(byte Flag, byte[] Bytes)> Frames,
    IReadOnlyDictionary<string, string> Headers);

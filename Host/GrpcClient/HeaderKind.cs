namespace ActorEtcd.Host.GrpcClient;

/// <summary>The response headers that decide how a call ends.</summary>
internal enum HeaderKind
{
    Other,
    HttpStatus,
    GrpcStatus,
    GrpcMessage,
}

using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>Where etcd itself answers otherwise since 3.4, and the server under test follows the later versions.</summary>
internal static class VersionDifference
{
    private const string KeyNotFound = "InvalidArgument: etcdserver: key not found";
    private const string LeaseNotFound = "NotFound: etcdserver: requested lease not found";
    private const string Compacted = "OutOfRange: etcdserver: mvcc: required revision has been compacted";
    private const string FutureRevision = "OutOfRange: etcdserver: mvcc: required revision is a future revision";

    private static string? Unmapped(string error) => error switch
    {
        "InvalidArgument: etcdserver: user name is empty" => "Unknown: auth: user name is empty",
        "Unauthenticated: etcdserver: invalid auth token" => "Unknown: auth: invalid auth token",
        "PermissionDenied: etcdserver: permission denied" => "Unknown: auth: permission denied",
        "FailedPrecondition: etcdserver: user name not found" => "Unknown: auth: user not found",
        _ => null,
    };

    /// <param name="expectedError">etcd 3.4's error, or empty.</param>
    /// <param name="actual">The other answer, or null if it was an error.</param>
    /// <param name="actualError">The other error, or empty.</param>
    public static bool Explains(IMessage request, string expectedError, IMessage? actual, string actualError)
    {
        return request switch
        {
            // 3.4 checks all puts of a transaction, then all ranges; later versions take them in their order.
            TxnRequest => (expectedError is KeyNotFound or LeaseNotFound) && (actualError is Compacted or FutureRevision),

            // 3.4 refuses the compact revision itself, which can be hashed since 3.5.
            HashKVRequest hash when actual is HashKVResponse answer =>
                expectedError == Compacted && answer.CompactRevision == hash.Revision,

            // 3.4 tells what its store says of users, later versions the error for clients.
            HashKVRequest => expectedError == Unmapped(actualError),
            _ => false,
        };
    }
}

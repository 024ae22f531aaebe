using System.Collections.Frozen;
using System.Reflection;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Every refusal that etcd's clients know, with etcd's code and text: clients compare the text, so both are part of
/// the protocol.
/// </summary>
public static class EtcdErrors
{
    private const string Prefix = "etcdserver: ";

    public static readonly GrpcStatus EmptyKey = Make(StatusCode.InvalidArgument, "key is not provided");
    public static readonly GrpcStatus KeyNotFound = Make(StatusCode.InvalidArgument, "key not found");
    public static readonly GrpcStatus ValueProvided = Make(StatusCode.InvalidArgument, "value is provided");
    public static readonly GrpcStatus LeaseProvided = Make(StatusCode.InvalidArgument, "lease is provided");
    public static readonly GrpcStatus TooManyOps =
        Make(StatusCode.InvalidArgument, "too many operations in txn request");
    public static readonly GrpcStatus DuplicateKey =
        Make(StatusCode.InvalidArgument, "duplicate key given in txn request");
    public static readonly GrpcStatus InvalidClientAPIVersion =
        Make(StatusCode.InvalidArgument, "invalid client api version");
    public static readonly GrpcStatus InvalidSortOption = Make(StatusCode.InvalidArgument, "invalid sort option");
    public static readonly GrpcStatus Compacted =
        Make(StatusCode.OutOfRange, "mvcc: required revision has been compacted");
    public static readonly GrpcStatus FutureRev =
        Make(StatusCode.OutOfRange, "mvcc: required revision is a future revision");
    public static readonly GrpcStatus NoSpace = Make(StatusCode.ResourceExhausted, "mvcc: database space exceeded");
    public static readonly GrpcStatus LeaseNotFound = Make(StatusCode.NotFound, "requested lease not found");
    public static readonly GrpcStatus LeaseExist = Make(StatusCode.FailedPrecondition, "lease already exists");
    public static readonly GrpcStatus LeaseTTLTooLarge = Make(StatusCode.OutOfRange, "too large lease TTL");
    public static readonly GrpcStatus WatchCanceled = Make(StatusCode.Canceled, "watch canceled");
    public static readonly GrpcStatus MemberExist = Make(StatusCode.FailedPrecondition, "member ID already exist");
    public static readonly GrpcStatus PeerURLExist = Make(StatusCode.FailedPrecondition, "Peer URLs already exists");
    public static readonly GrpcStatus MemberNotEnoughStarted =
        Make(StatusCode.FailedPrecondition, "re-configuration failed due to not enough started members");
    public static readonly GrpcStatus MemberBadURLs =
        Make(StatusCode.InvalidArgument, "given member URLs are invalid");
    public static readonly GrpcStatus MemberNotFound = Make(StatusCode.NotFound, "member not found");
    public static readonly GrpcStatus MemberNotLearner =
        Make(StatusCode.FailedPrecondition, "can only promote a learner member");
    public static readonly GrpcStatus LearnerNotReady =
        Make(StatusCode.FailedPrecondition, "can only promote a learner member which is in sync with leader");
    public static readonly GrpcStatus TooManyLearners =
        Make(StatusCode.FailedPrecondition, "too many learner members in cluster");
    public static readonly GrpcStatus ClusterIdMismatch = Make(StatusCode.FailedPrecondition, "cluster ID mismatch");
    public static readonly GrpcStatus RequestTooLarge = Make(StatusCode.InvalidArgument, "request is too large");
    public static readonly GrpcStatus TooManyRequests = Make(StatusCode.ResourceExhausted, "too many requests");
    public static readonly GrpcStatus RootUserNotExist =
        Make(StatusCode.FailedPrecondition, "root user does not exist");
    public static readonly GrpcStatus RootRoleNotExist =
        Make(StatusCode.FailedPrecondition, "root user does not have root role");
    public static readonly GrpcStatus UserAlreadyExist =
        Make(StatusCode.FailedPrecondition, "user name already exists");
    public static readonly GrpcStatus UserEmpty = Make(StatusCode.InvalidArgument, "user name is empty");
    public static readonly GrpcStatus UserNotFound = Make(StatusCode.FailedPrecondition, "user name not found");
    public static readonly GrpcStatus RoleAlreadyExist =
        Make(StatusCode.FailedPrecondition, "role name already exists");
    public static readonly GrpcStatus RoleNotFound = Make(StatusCode.FailedPrecondition, "role name not found");
    public static readonly GrpcStatus RoleEmpty = Make(StatusCode.InvalidArgument, "role name is empty");
    public static readonly GrpcStatus AuthFailed =
        Make(StatusCode.InvalidArgument, "authentication failed, invalid user ID or password");
    public static readonly GrpcStatus PermissionNotGiven = Make(StatusCode.InvalidArgument, "permission not given");
    public static readonly GrpcStatus PermissionDenied = Make(StatusCode.PermissionDenied, "permission denied");
    public static readonly GrpcStatus RoleNotGranted =
        Make(StatusCode.FailedPrecondition, "role is not granted to the user");
    public static readonly GrpcStatus PermissionNotGranted =
        Make(StatusCode.FailedPrecondition, "permission is not granted to the role");
    public static readonly GrpcStatus AuthNotEnabled =
        Make(StatusCode.FailedPrecondition, "authentication is not enabled");
    public static readonly GrpcStatus InvalidAuthToken = Make(StatusCode.Unauthenticated, "invalid auth token");
    public static readonly GrpcStatus InvalidAuthMgmt = Make(StatusCode.InvalidArgument, "invalid auth management");
    public static readonly GrpcStatus AuthOldRevision =
        Make(StatusCode.InvalidArgument, "revision of auth store is old");
    public static readonly GrpcStatus NoLeader = Make(StatusCode.Unavailable, "no leader");
    public static readonly GrpcStatus NotLeader = Make(StatusCode.FailedPrecondition, "not leader");
    public static readonly GrpcStatus LeaderChanged = Make(StatusCode.Unavailable, "leader changed");
    public static readonly GrpcStatus NotCapable = Make(StatusCode.FailedPrecondition, "not capable");
    public static readonly GrpcStatus Stopped = Make(StatusCode.Unavailable, "server stopped");
    public static readonly GrpcStatus Timeout = Make(StatusCode.Unavailable, "request timed out");
    public static readonly GrpcStatus TimeoutDueToLeaderFail =
        Make(StatusCode.Unavailable, "request timed out, possibly due to previous leader failure");
    public static readonly GrpcStatus TimeoutDueToConnectionLost =
        Make(StatusCode.Unavailable, "request timed out, possibly due to connection lost");
    public static readonly GrpcStatus TimeoutWaitAppliedIndex =
        Make(StatusCode.Unavailable, "request timed out, waiting for the applied index took too long");
    public static readonly GrpcStatus Unhealthy = Make(StatusCode.Unavailable, "unhealthy cluster");
    public static readonly GrpcStatus Corrupt = Make(StatusCode.DataLoss, "corrupt cluster");
    public static readonly GrpcStatus NotSupportedForLearner =
        Make(StatusCode.FailedPrecondition, "rpc not supported for learner");
    public static readonly GrpcStatus BadLeaderTransferee =
        Make(StatusCode.FailedPrecondition, "bad leader transferee");
    public static readonly GrpcStatus WrongDowngradeVersionFormat =
        Make(StatusCode.InvalidArgument, "wrong downgrade target version format");
    public static readonly GrpcStatus InvalidDowngradeTargetVersion =
        Make(StatusCode.InvalidArgument, "invalid downgrade target version");
    public static readonly GrpcStatus ClusterVersionUnavailable =
        Make(StatusCode.FailedPrecondition, "cluster version not found during downgrade");
    public static readonly GrpcStatus DowngradeInProcess =
        Make(StatusCode.FailedPrecondition, "cluster has a downgrade job in progress");
    public static readonly GrpcStatus NoInflightDowngrade =
        Make(StatusCode.FailedPrecondition, "no inflight downgrade job");
    public static readonly GrpcStatus Canceled = Make(StatusCode.Canceled, "request canceled");
    public static readonly GrpcStatus DeadlineExceeded =
        Make(StatusCode.DeadlineExceeded, "context deadline exceeded");

    private static readonly FrozenDictionary<string, GrpcStatus> ByName = typeof(EtcdErrors)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(GrpcStatus))
        .ToFrozenDictionary(field => field.Name, field => (GrpcStatus)field.GetValue(null)!);

    private static readonly GrpcStatus[] ByError = Enum.GetValues<EtcdError>().Select(Find).ToArray();

    /// <summary>Every row of the table, by its name.</summary>
    public static IReadOnlyDictionary<string, GrpcStatus> All => ByName;

    /// <summary>The row of an error that the store or an actor reported.</summary>
    public static GrpcStatus Of(EtcdError error) => ByError[(int)error];

    private static GrpcStatus Make(StatusCode code, string text) => new(code, Prefix + text);

    private static GrpcStatus Find(EtcdError error) => error switch
    {
        EtcdError.None => GrpcStatus.OK,
        EtcdError.UnknownMethod => Make(StatusCode.Unknown, "unknown method"),

        // etcd has no gRPC error for these two, so clients get its internal texts.
        EtcdError.NoPasswordUser =>
            new(StatusCode.Unknown, "auth: authentication failed, password was given for no password user"),
        EtcdError.VerifyOnly => new(StatusCode.Unknown, "auth: token signing attempted with verify-only key"),
        _ => ByName.TryGetValue(error.ToString(), out GrpcStatus? row) ? row : Make(StatusCode.Unknown, error.ToString()),
    };
}

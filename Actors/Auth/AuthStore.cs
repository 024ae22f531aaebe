using ActorEtcd.Messages;

namespace ActorEtcd.Auth;

/// <summary>The users and roles of the state machine: changes them, and answers what is asked of them.</summary>
public sealed class AuthStore(AuthState state, IAuthTokens tokens)
{
    public AuthState State { get; private set; } = state;

    /// <param name="request">What is asked.</param>
    /// <param name="requester">Who asks; null for nobody.</param>
    /// <param name="index">The index of the request's entry.</param>
    /// <param name="revision">The revision of the key-value store, for the answer.</param>
    /// <exception cref="EtcdException">The request is refused and nothing has changed.</exception>
    public OpResult Execute(AuthRequest request, AuthInfo? requester, long index, long revision)
    {
        Refuse(CheckAccess(request, requester));
        switch (request)
        {
            case AuthRequest.Status:
                return new AuthResult.Status(revision, State.IsEnabled, State.Revision);
            case AuthRequest.Authenticate authenticate:
                return Authenticate(authenticate, index, revision);
            case AuthRequest.UserGet get:
                var user = State.FindUser(get.Name) ?? throw new EtcdException(EtcdError.UserNotFound);
                return new AuthResult.Names(revision, user.Roles);
            case AuthRequest.RoleGet get:
                var role = State.FindRole(get.Role) ?? throw new EtcdException(EtcdError.RoleNotFound);
                return new AuthResult.Permissions(
                    revision, role.Name == AuthUser.Root ? [Permission.Everything] : role.Permissions);
            case AuthRequest.UserList:
                return new AuthResult.Names(revision, [.. State.Users.Keys]);
            case AuthRequest.RoleList:
                return new AuthResult.Names(revision, [.. State.Roles.Keys]);
            default:
                State = AuthTransitions.Apply(State, request);
                TellTokens(request);
                return new AppliedResult(revision);
        }
    }

    // etcd: needAdminPermission in etcdserver/apply/auth.go. Users may look at themselves and at their roles.
    private EtcdError CheckAccess(AuthRequest request, AuthInfo? requester)
    {
        if (!State.IsEnabled || request is AuthRequest.Status or AuthRequest.Authenticate)
        {
            return EtcdError.None;
        }

        var error = State.CheckAdmin(requester);
        var isOwn = request switch
        {
            AuthRequest.UserGet get => get.Name == (requester?.User ?? string.Empty),
            AuthRequest.RoleGet get => State.FindUser(requester?.User ?? string.Empty)?.HasRole(get.Role) == true,
            _ => false,
        };
        return isOwn ? EtcdError.None : error;
    }

    private AuthResult.Token Authenticate(AuthRequest.Authenticate request, long index, long revision)
    {
        Refuse(State.IsEnabled ? EtcdError.None : EtcdError.AuthNotEnabled);
        if (State.FindUser(request.Name) is null or { HasNoPassword: true })
        {
            throw new EtcdException(EtcdError.AuthFailed);
        }

        if (request.SimpleToken.Length == 0)
        {
            return new AuthResult.Token(revision, string.Empty, State.Revision);
        }

        var token = $"{request.SimpleToken}.{index}";
        tokens.Assign(token, request.Name);
        return new AuthResult.Token(revision, token, State.Revision);
    }

    private void TellTokens(AuthRequest request)
    {
        switch (request)
        {
            case AuthRequest.UserDelete delete: tokens.Invalidate(delete.Name); break;
            case AuthRequest.UserChangePassword change: tokens.Invalidate(change.Name); break;
            case AuthRequest.Disable: tokens.Clear(); break;
            default: break;
        }
    }

    private static void Refuse(EtcdError error)
    {
        if (error != EtcdError.None)
        {
            throw new EtcdException(error);
        }
    }
}

using ActorEtcd.Auth;
using ActorEtcd.Messages;
using Xunit;

namespace ActorEtcd.Specs.Auth;

public sealed class AuthStoreSpec
{
    private static readonly string Hash = Convert.ToBase64String("$2a$04$hash"u8);
    private static readonly Bytes A = Bytes.FromUtf8("a");
    private static readonly Bytes B = Bytes.FromUtf8("b");

    private readonly RecordingTokens _tokens = new();
    private readonly AuthStore _store;

    public AuthStoreSpec() => _store = new AuthStore(AuthState.Initial, _tokens);

    private AuthInfo Root => new("root", _store.State.Revision);

    [Fact]
    public void Enabling_needs_a_root_user_with_the_root_role()
    {
        Assert.Equal(EtcdError.RootUserNotExist, ErrorOf(new AuthRequest.Enable()));
        Do(new AuthRequest.UserAdd("root", Hash));
        Assert.Equal(EtcdError.RootRoleNotExist, ErrorOf(new AuthRequest.Enable()));
        Do(new AuthRequest.UserGrantRole("root", "root"));
        Do(new AuthRequest.Enable());
        Assert.True(_store.State.IsEnabled);
        Assert.Equal(3UL, _store.State.Revision);
    }

    [Fact]
    public void Enabling_twice_and_disabling_twice_change_nothing_more()
    {
        EnableWithRoot();
        var enabled = _store.State;
        Do(new AuthRequest.Enable());
        Assert.Same(enabled, _store.State);
        Do(new AuthRequest.Disable());
        Assert.Equal(enabled.Revision + 1, _store.State.Revision);
        var disabled = _store.State;
        Do(new AuthRequest.Disable());
        Assert.Same(disabled, _store.State);
        Assert.Contains("clear", _tokens.Calls);
    }

    [Fact]
    public void Root_cannot_be_taken_away_while_users_matter()
    {
        EnableWithRoot();
        Do(new AuthRequest.RoleAdd("root"));
        Assert.Equal(EtcdError.InvalidAuthMgmt, ErrorOf(new AuthRequest.UserDelete("root")));
        Assert.Equal(EtcdError.InvalidAuthMgmt, ErrorOf(new AuthRequest.UserRevokeRole("root", "root")));
        Assert.Equal(EtcdError.InvalidAuthMgmt, ErrorOf(new AuthRequest.RoleDelete("root")));
        Do(new AuthRequest.Disable());
        Do(new AuthRequest.UserRevokeRole("root", "root"));
        Do(new AuthRequest.UserDelete("root"));
        Do(new AuthRequest.RoleDelete("root"));
        Assert.Empty(_store.State.Users);
    }

    [Fact]
    public void Users_and_roles_are_refused_in_the_words_of_etcd()
    {
        Assert.Equal(EtcdError.UserEmpty, ErrorOf(new AuthRequest.UserAdd("", Hash)));
        Assert.Equal(EtcdError.RoleEmpty, ErrorOf(new AuthRequest.RoleAdd("")));
        Assert.Equal(EtcdError.NoPasswordUser, ErrorOf(new AuthRequest.UserAdd("u", "no base64")));
        Do(new AuthRequest.UserAdd("u", Hash));
        Do(new AuthRequest.RoleAdd("r"));
        Assert.Equal(EtcdError.UserAlreadyExist, ErrorOf(new AuthRequest.UserAdd("u", Hash)));
        Assert.Equal(EtcdError.RoleAlreadyExist, ErrorOf(new AuthRequest.RoleAdd("r")));
        Assert.Equal(EtcdError.UserNotFound, ErrorOf(new AuthRequest.UserDelete("x")));
        Assert.Equal(EtcdError.UserNotFound, ErrorOf(new AuthRequest.UserGet("x")));
        Assert.Equal(EtcdError.UserNotFound, ErrorOf(new AuthRequest.UserChangePassword("x", Hash)));
        Assert.Equal(EtcdError.UserNotFound, ErrorOf(new AuthRequest.UserGrantRole("x", "r")));
        Assert.Equal(EtcdError.RoleNotFound, ErrorOf(new AuthRequest.UserGrantRole("u", "x")));
        Assert.Equal(EtcdError.RoleNotGranted, ErrorOf(new AuthRequest.UserRevokeRole("u", "r")));
        Assert.Equal(EtcdError.RoleNotFound, ErrorOf(new AuthRequest.RoleGet("x")));
        Assert.Equal(EtcdError.RoleNotFound, ErrorOf(new AuthRequest.RoleDelete("x")));
        Assert.Equal(EtcdError.PermissionNotGiven, ErrorOf(new AuthRequest.RoleGrantPermission("x", null)));
        Assert.Equal(EtcdError.InvalidAuthMgmt, ErrorOf(Grant("r", PermissionType.Read, B, A)));
        Assert.Equal(EtcdError.InvalidAuthMgmt, ErrorOf(Grant("r", PermissionType.Read, default, default)));
        Assert.Equal(EtcdError.RoleNotFound, ErrorOf(Grant("x", PermissionType.Read, A, default)));
        Assert.Equal(EtcdError.PermissionNotGranted, ErrorOf(new AuthRequest.RoleRevokePermission("r", A, default)));
        Assert.Equal(3UL, _store.State.Revision);
    }

    [Fact]
    public void Deleting_a_role_takes_it_from_its_users()
    {
        Do(new AuthRequest.UserAdd("u", Hash));
        Do(new AuthRequest.RoleAdd("r"));
        Do(new AuthRequest.RoleAdd("s"));
        Do(new AuthRequest.UserGrantRole("u", "s"));
        Do(new AuthRequest.UserGrantRole("u", "r"));
        Assert.Equal(["r", "s"], _store.State.Users["u"].Roles.ToArray());
        var before = _store.State.Revision;
        Do(new AuthRequest.RoleDelete("r"));
        Assert.Equal(["s"], _store.State.Users["u"].Roles.ToArray());
        Assert.Equal(before + 1, _store.State.Revision);
    }

    [Fact]
    public void Granting_a_role_twice_changes_nothing()
    {
        Do(new AuthRequest.UserAdd("u", Hash));
        Do(new AuthRequest.UserGrantRole("u", "root"));
        var before = _store.State;
        Do(new AuthRequest.UserGrantRole("u", "root"));
        Assert.Same(before, _store.State);
    }

    [Fact]
    public void Granting_a_known_range_replaces_its_type_and_permissions_stay_in_key_order()
    {
        Do(new AuthRequest.RoleAdd("r"));
        Do(Grant("r", PermissionType.Read, B, default));
        Do(Grant("r", PermissionType.Read, A, B));
        Do(Grant("r", PermissionType.Write, A, B));
        Assert.Equal(
            [new Permission(PermissionType.Write, A, B), new Permission(PermissionType.Read, B, default)],
            _store.State.Roles["r"].Permissions.ToArray());
        Do(new AuthRequest.RoleRevokePermission("r", A, B));
        Assert.Single(_store.State.Roles["r"].Permissions);
    }

    [Fact]
    public void Only_root_manages_and_users_see_themselves_and_their_roles()
    {
        EnableWithRoot();
        Do(new AuthRequest.UserAdd("u", Hash));
        Do(new AuthRequest.RoleAdd("r"));
        Do(new AuthRequest.RoleAdd("s"));
        Do(new AuthRequest.UserGrantRole("u", "r"));
        var user = new AuthInfo("u", _store.State.Revision);
        Assert.Equal(EtcdError.UserEmpty, ErrorOf(new AuthRequest.UserList(), null));
        Assert.Equal(EtcdError.UserNotFound, ErrorOf(new AuthRequest.UserList(), new AuthInfo("x", 1)));
        Assert.Equal(EtcdError.PermissionDenied, ErrorOf(new AuthRequest.UserList(), user));
        Assert.Equal(EtcdError.PermissionDenied, ErrorOf(new AuthRequest.Disable(), user));
        Assert.Equal(EtcdError.PermissionDenied, ErrorOf(new AuthRequest.UserGet("root"), user));
        Assert.Equal(EtcdError.PermissionDenied, ErrorOf(new AuthRequest.RoleGet("s"), user));
        Assert.Equal(["r"], Names(new AuthRequest.UserGet("u"), user));
        Assert.IsType<AuthResult.Permissions>(_store.Execute(new AuthRequest.RoleGet("r"), user, 1, 1));
        Assert.Equal(["root", "u"], Names(new AuthRequest.UserList(), Root));
        Assert.IsType<AuthResult.Status>(_store.Execute(new AuthRequest.Status(), null, 1, 1));
    }

    [Fact]
    public void Token_names_its_entry_and_goes_with_the_password_and_the_user()
    {
        Assert.Equal(EtcdError.AuthNotEnabled, ErrorOf(new AuthRequest.Authenticate("root", "abc")));
        EnableWithRoot();
        var result = Assert.IsType<AuthResult.Token>(_store.Execute(new AuthRequest.Authenticate("root", "abc"), null, 77, 5));
        Assert.Equal("abc.77", result.Value);
        Assert.Equal(EtcdError.AuthFailed, ErrorOf(new AuthRequest.Authenticate("x", "abc")));
        Do(new AuthRequest.UserAdd("certified", "", HasNoPassword: true));
        Assert.Equal(EtcdError.AuthFailed, ErrorOf(new AuthRequest.Authenticate("certified", "abc")));
        Do(new AuthRequest.UserChangePassword("root", Hash));
        Do(new AuthRequest.UserDelete("certified"));
        Assert.Equal(["assign abc.77 root", "invalidate root", "invalidate certified"], _tokens.Calls);
    }

    [Fact]
    public void Names_are_in_the_order_of_their_bytes()
    {
        string[] names = ["", "\U0001F600", "é", "z", "Z"];
        foreach (var name in names)
        {
            Do(new AuthRequest.UserAdd(name.Length == 0 ? "￿" : name, Hash));
        }

        Assert.Equal(["Z", "z", "é", "￿", "\U0001F600"], Names(new AuthRequest.UserList(), null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void State_comes_back_from_its_bytes(int seed)
    {
        var random = new RandomAuth(new Random(seed));
        for (var i = 0; i < 300; i++)
        {
            try
            {
                _store.Execute(random.Next(), Root, i, 1);
            }
            catch (EtcdException)
            {
                // Refused requests change nothing.
            }

            var bytes = AuthStateCodec.Encode(_store.State);
            var state = AuthStateCodec.Decode(bytes);
            Assert.Equal(bytes, AuthStateCodec.Encode(state));
            Assert.Equal(_store.State.Users.Keys, state.Users.Keys);
        }
    }

    private static AuthRequest Grant(string role, PermissionType type, Bytes key, Bytes end)
        => new AuthRequest.RoleGrantPermission(role, new Permission(type, key, end));

    private void EnableWithRoot()
    {
        Do(new AuthRequest.UserAdd("root", Hash));
        Do(new AuthRequest.UserGrantRole("root", "root"));
        Do(new AuthRequest.Enable());
    }

    private void Do(AuthRequest request) => _store.Execute(request, Root, 1, 1);

    private string[] Names(AuthRequest request, AuthInfo? requester)
        => [.. Assert.IsType<AuthResult.Names>(_store.Execute(request, requester, 1, 1)).Values];

    private EtcdError ErrorOf(AuthRequest request) => ErrorOf(request, Root);

    private EtcdError ErrorOf(AuthRequest request, AuthInfo? requester)
        => Assert.Throws<EtcdException>(() => _store.Execute(request, requester, 1, 1)).Error;
}

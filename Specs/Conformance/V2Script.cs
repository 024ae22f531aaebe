namespace ActorEtcd.Specs.Conformance;

/// <summary>Requests about users, roles, members and statistics that build on one another.</summary>
internal static class V2Script
{
    // Method, path, body, and behind an at sign name and password.
    private const string Text =
        """
        PUT /v2/keys/a value=1
        GET /v2/keys/a
        HEAD /v2/keys/a
        GET /v2/keys/a?quorum=true
        GET /v2/stats/store
        GET /v2/stats/leader
        GET /v2/machines
        GET /v2/members
        GET /v2/members/
        GET /v2/members/x
        GET /v2/members/leader
        GET /v2/auth/enable
        GET /v2/auth/roles
        GET /v2/auth/users
        PATCH /v2/keys/a
        GET /v2/foo
        GET /v2/keysx
        DELETE /v2/keys/a?prevValue=2
        DELETE /v2/keys/a?prevValue=2&prevIndex=9
        DELETE /v2/keys/a?prevIndex=9
        PUT /v2/keys/a value=2&prevValue=1
        PUT /v2/keys/a value=2&prevValue=
        PUT /v2/keys/a value=2&prevIndex=x
        PUT /v2/keys/a value=2&ttl=x
        PUT /v2/keys/a value=2&prevExist=x
        PUT /v2/keys/a value=2&refresh=x
        PUT /v2/keys/a value=2&refresh=true
        PUT /v2/keys/a refresh=true
        PUT /v2/keys/a value=2&noValueOnSuccess=true
        PUT /v2/keys/a value=2&wait=true
        PUT /v2/keys/a/b value=2
        GET /v2/keys/a?wait=true&waitIndex=4
        GET /v2/stats/store
        POST /v2/members {}
        POST /v2/members {}
        POST /v2/members
        POST /v2/members {"peerURLs":["x"]}
        POST /v2/members {"peerURLs":["http://a"]}
        POST /v2/members {"peerURLs":["http://a:1/b"]}
        POST /v2/members x
        POST /v2/members []
        POST /v2/members "a"
        POST /v2/members {}x
        POST /v2/members {"peerURLs":[""]}
        POST /v2/members {"peerURLs":[]}
        POST /v2/members {"peerURLs":"x"}
        POST /v2/members {"peerURLs":[5]}
        POST /v2/members {"peerURLs":["127.0.0.1:1"]}
        PUT /v2/members/abc x
        PUT /v2/members/abc {"peerURLs":["http://a|b:1"]}
        DELETE /v2/members/0
        GET /v2/keys/%zz
        PUT /v2/keys/%4 value=1
        DELETE /v2/members
        DELETE /v2/members/abc
        DELETE /v2/members/xyz
        PUT /v2/members/abc {"peerURLs":["http://a:1"]}
        PATCH /v2/members
        PUT /v2/machines
        PUT /v2/stats/self
        PUT /v2/auth/enable
        PUT /v2/auth/users/root {"user":"root","password":"pw"}
        GET /v2/auth/users/root
        PUT /v2/auth/users/ann {"user":"ann","password":"pw","roles":["r"]}
        PUT /v2/auth/users/ann {"user":"ann"}
        PUT /v2/auth/users/bob {"user":"bob"}
        PUT /v2/auth/users/bob {"user":"bob","password":"x"}
        PUT /v2/auth/users/bob {"user":"bob"}
        PUT /v2/auth/users/bob {"user":"bob"}
        PUT /v2/auth/users/bob {"user":"bob","grant":["r","q"]}
        PUT /v2/auth/users/bob {"user":"bob","grant":["r"]}
        PUT /v2/auth/users/bob {"user":"bob","revoke":["z"]}
        PUT /v2/auth/users/bob {"user":"bob","revoke":["q"]}
        PUT /v2/auth/users/bob {"user":"ben"}
        PUT /v2/auth/users/bob nonsense
        GET /v2/auth/users/bob
        GET /v2/auth/users/no
        GET /v2/auth/users
        PUT /v2/auth/roles/r {"role":"r"}
        PUT /v2/auth/roles/r {"role":"r"}
        PUT /v2/auth/roles/r {"role":"r","grant":{"kv":{"read":["/a*"],"write":["/b"]}}}
        PUT /v2/auth/roles/r {"role":"r","grant":{"kv":{"read":["/a*"],"write":["/b"]}}}
        PUT /v2/auth/roles/r {"role":"r","revoke":{"kv":{"read":["/z"],"write":["/b"]}}}
        GET /v2/auth/roles/r
        PUT /v2/auth/roles/root {"role":"root"}
        GET /v2/auth/roles/x/y
        GET /v2/auth/roles/
        DELETE /v2/auth/roles/q
        GET /v2/auth/roles
        GET /v2/auth/users
        GET /v2/auth/users/ann
        GET /v2/auth/users/bob
        PUT /v2/auth/enable
        PUT /v2/auth/enable
        PUT /v2/auth/enable @root:pw
        GET /v2/auth/users
        GET /v2/auth/users @root:pw
        GET /v2/auth/users @root:x
        GET /v2/keys/a @ann:pw
        GET /v2/keys/b @ann:pw
        PUT /v2/keys/a value=1 @ann:pw
        GET /v2/keys/a
        PUT /v2/auth/roles/guest {"role":"guest","revoke":{"kv":{"read":["/*"],"write":["/*"]}}} @root:pw
        GET /v2/keys/a
        PUT /v2/keys/a value=3
        DELETE /v2/members
        DELETE /v2/auth/users/root @root:pw
        DELETE /v2/auth/users/bob @root:pw
        DELETE /v2/auth/users/bob @root:pw
        DELETE /v2/auth/enable
        DELETE /v2/auth/enable @root:pw
        DELETE /v2/auth/enable
        GET /v2/auth/enable
        GET /v2/stats/store
        """;

    public static IEnumerable<V2Call> Calls()
    {
        foreach (string line in Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            string user = words[^1].StartsWith('@') ? words[^1][1..] : "";
            string body = words.Length > (user.Length > 0 ? 3 : 2) ? words[2] : "";
            yield return new V2Call(words[0], words[1], body, user);
        }
    }
}

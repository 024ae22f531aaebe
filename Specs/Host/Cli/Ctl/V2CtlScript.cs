namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>How the v2 commands read command lines, and what they do without a server.</summary>
internal static class V2CtlScript
{
    public const string Text =
        """
        --version
        -v
        --help
        help
        nonsense
        member nonsense
        member
        set --foo a b
        set a b --ttl
        set a b --ttl x
        set a 1 --ttl 500
        set a --ttl 500 4
        get a
        set a --foo b
        ls a -p b
        rm --dir a b -r
        set -- -x 1
        help set
        h get
        help nosuch
        help member
        member help list
        member help nosuch
        set --ttl=500 a 2
        set -ttl 500 a 3
        get a --quorum=maybe
        get --quorum=false a
        -o extended get --sort a
        --output=json get a
        --no-sync get a
        --timeout 40s --total-timeout 50s get a
        --timeout x get a
        --endpoints http://127.0.0.1:1 get a
        --endpoints http://127.0.0.1:1 --no-sync set a 1
        exec-watch
        exec-watch a
        watch
        rm -dir a
        """;
}

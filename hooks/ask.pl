# Asks the session's server to answer a hook: `perl ask.pl HOOK SOCKET [GATE]`, the event on stdin, the answer on stdout.
# Perl starts in a millisecond, where Python takes seven, and every machine with git has it. No module is loaded.
#
# Whatever goes wrong, hooks/run is started again without this program and is given the event as it was: a server that
# is not there, not private, of another user, too slow, or that gives half an answer or that to another question.

my ($hook, $socket, $gate) = @ARGV;
my $ask = {post_bash => 640, lifecycle => 1}->{$hook} || 2;    # seconds for an answer
my $silence = 1 + ($hook ne 'lifecycle');                      # seconds without a sign of life

binmode STDIN;
binmode STDOUT;
$SIG{PIPE} = 'IGNORE';
delete $ENV{PERL_BADLANG};
my $event = '';
1 while sysread STDIN, $event, 1 << 20, length $event;

my $answer = eval { answered() };
alone() unless defined $answer;
while (length $answer) {
    my $written = syswrite STDOUT, $answer;
    exit 1 unless $written;
    substr $answer, 0, $written, '';
}
exit 0;

# The server's answer to this event; dies without one.
sub answered {
    local $SIG{ALRM} = sub { die "too slow\n" };
    alarm $silence;
    my $until = time + $ask;
    my ($folder, $name) = $socket =~ m{^(.+)/([^/]+)$} or die;
    private($folder, 040000);
    private($socket, 0140000);
    socket my $server, 1, 1, 0 or die;
    connect $server, address($folder, $name) or die;
    my (undef, $user) = unpack 'iII', getsockopt $server, 1, 17;    # SO_PEERCRED
    die if $user != $>;
    my $nonce = "$$." . time . '.' . int rand 1e9;
    my $environment = join "\0", map {"$_=$ENV{$_}"} keys %ENV;
    my $here = readlink('/proc/self/cwd') // '';
    my @parts = ($hook, $nonce, $environment, $here, $event);
    send_all($server, "interlock 1 @{[map { length } @parts]}\n" . join '', @parts);
    my $said = '';
    while (sysread $server, $said, 1 << 16, length $said) {
        die if time > $until;
        alarm $silence;
    }
    alarm 0;
    $said =~ s/^\.*//;                                               # signs of life
    my ($to, $size, $text) = $said =~ /^answer (\S+) (\d+)\n(.*)\z/s or die;
    die if $to ne $nonce or $size != length $text;
    return $text;
}

# Dies unless this is of the wanted kind, and of this user alone.
sub private {
    my ($path, $kind) = @_;
    my ($mode, $owner) = (lstat $path)[2, 4];
    die unless defined $mode and ($mode & 0170000) == $kind and $owner == $>;
    die if $mode & 077;
}

# A socket's address holds some hundred bytes; a longer path is reached through its folder.
sub address {
    my ($folder, $name) = @_;
    my $path = "$folder/$name";
    if (length $path > 100) {
        sysopen our $opened, $folder, 0 or die;
        $path = '/proc/self/fd/' . fileno($opened) . "/$name";
    }
    return pack 'S a*', 1, "$path\0";
}

sub send_all {
    my ($server, $data) = @_;
    my $sent = 0;
    while ($sent < length $data) {
        $sent += syswrite($server, $data, 1 << 20, $sent) || die;
    }
}

# Becomes the hook that answers by itself, with the same event.
sub alone {
    alarm 0;
    $ENV{INTERLOCK_ALONE} = 1;
    pipe my $out, my $in or exit 1;
    my $writer = fork;
    exit 1 unless defined $writer;
    if (!$writer) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        close $out;
        send_all($in, $event);
        exit 0;
    }
    close $in;
    open STDIN, '<&', $out or exit 1;
    exec '/bin/sh', '-c', 'hook=$0 gate=$1 . "$CLAUDE_PLUGIN_ROOT/hooks/run"', $hook, $gate // '' or exit 1;
}

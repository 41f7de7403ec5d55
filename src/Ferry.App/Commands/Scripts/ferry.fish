# Completion of ferry in fish.
#   once:   ferry completions fish | source
#   always: ferry completions fish > ~/.config/fish/completions/ferry.fish
function __ferry_complete
    set -l typed (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $typed[1])
    set -l word (commandline -ct)
    if string match -qr '^[\'"]' -- $word
        set word (string sub -s 2 -- $word)
    else
        set word (string unescape -- $word)
    end
    $program complete -- $typed[2..] "$word" 2>/dev/null
end
complete -c ferry -f -k -a '(__ferry_complete)'

#!/usr/bin/env python3
"""Counts the files that use each setting and path of the simulator, by kind of file. Run it in the checkout."""
import os, re, subprocess
def files(*args):
    return [f for f in subprocess.run(["git","ls-files",*args],capture_output=True,text=True).stdout.split() if os.path.isfile(f)]
every=files()
own=lambda f: f.startswith(('simulator/','testing/simulator/'))
groups={
 'own tests':[f for f in every if own(f) and '/src/test/' in f and not f.endswith('lock.json')],
 'other tests':[f for f in every if '/src/test/' in f and not own(f)],
 'bench':[f for f in every if f.startswith(('bench/','testing/bench/')) and '/main/' in f],
 'product/demo':[f for f in every if f.startswith(('examples/','deploy/','standalone/src/main','configuration/src/main','testclusters/src/main','testkit/src/main'))],
 'docs':[f for f in every if f.endswith('.md') and f not in('docs/simulator.md','CHANGELOG.md')],
}
text={g:{f:open(f,errors='ignore').read() for f in fs} for g,fs in groups.items()}
def hit(g,pats):
    n=[]
    for f,t in text[g].items():
        if g not in ('bench', 'own tests') and not re.search('imulat|CountedProvider|Failure|/admin/', t): continue
        if any(re.search(p,t) for p in pats): n.append(f)
    return n
q=r'\\?"?\s*:\s*'
fail="RATE_LIMITED UNAUTHORIZED PAYMENT_REQUIRED INSUFFICIENT_QUOTA MODEL_NOT_FOUND SERVER_ERROR GATEWAY_TIMEOUT OVERLOADED CONTEXT_LENGTH_EXCEEDED CONTENT_FILTER CONTENT_FILTER_FINISH GARBAGE HANG STALL DROP_BEFORE_ANSWER DROP_AFTER_BILLING DROP_MID_BODY END_MID_BODY HANG_MID_BODY ERROR_MID_STREAM ERROR_AS_200 REFUSAL".split()
keys={k:[r'\b'+k+q] for k in "seed accounts outages reject_unknown_models ledger_entries first_byte requests_per_minute tokens_per_minute input_tokens_per_minute output_tokens_per_minute requests_per_second tokens_per_second concurrency window burst retry_after fail_first server_error_statuses context_window answer_tokens hang_for stall_for error_form keep_alive credit_tokens when_empty".split()}
keys['limits.headers']=[r'\bheaders'+q+'(false|true)']
keys['lognormal']=[r'\bp50'+q,'Lognormal']; keys['uniform']=[r'\bmin'+q+r'\\?"?\d+m?s','Uniform']
for k,v in (('window','sliding'),('error_form','google'),('error_form','html'),('form','date'),('form','milliseconds'),('form','mixed'),('form','none'),('form','refused'),('form','stall'),('when_empty','payment_required')):
    keys[k+'='+v]=[r'\b'+k+q+r'\\?"?'+v]
for f in fail: keys['failure '+f.lower()]=[r'\b'+f.lower()+q+r'(?:[\d.%]|$)',r'Failure\.'+f+r'\b',r'(?:failing|failure|failures)\w*\([^)]*"'+f.lower()+'"']
for e in ['/admin/models','/admin/settings','/admin/accounts','/admin/outages','/admin/statistics','/admin/ledger/summary',r'/admin/ledger(?!/)','openai/deployments','/v1/models\\b','/v1/embeddings','/v1/responses','/v1/completions','/v1/messages']: keys['path '+e]=[e]
for e in ('ledger','models','accounts','outages','statistics'): keys['Java .'+e+'()']=[r'imulator(?:\(\))?(?:\.get\(\)|\.orElseThrow\(\))?\s*\.'+e+r'\(\)']
print('%-30s'%'', list(groups))
for k,p in keys.items():
    h=[hit(g,p) for g in groups]
    print('%-30s'%k,[len(x) for x in h], ' '.join(os.path.basename(f) for f in (h[1]+h[2]+h[3]+h[4])[:4]))
